//! Counts with their names.

use crate::number::compact;
use leptos::prelude::*;

/// A row of counts; each exact in its title.
#[component]
pub(crate) fn Facts(facts: Vec<(&'static str, i64)>) -> impl IntoView {
    let fact = |(name, count): (&'static str, i64)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd title=count>{compact(count)}</dd>
            </div>
        }
    };
    view! { <dl class="facts">{facts.into_iter().map(fact).collect_view()}</dl> }
}
