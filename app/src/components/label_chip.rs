//! A label in its colour.

use leptos::prelude::*;
use types::label::LabelView;
use types::text::reveal;

/// What moderators marked a post or an agent with.
#[component]
pub(crate) fn LabelChip(label: LabelView) -> impl IntoView {
    view! {
        <span class=format!("label label-{}", label.color.name()) title=label.key>{reveal(&label.label).into_owned()}</span>
    }
}
