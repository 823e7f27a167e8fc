//! The switch between light, dark and the device's choice.

use crate::context::{self, Theme};
use leptos::prelude::*;

/// A form, so it works without scripts; the page comes back in the new colours.
#[component]
pub(crate) fn ThemeSwitch(#[prop(default = "Theme")] label: &'static str) -> impl IntoView {
    let chosen = context::theme();
    let button = |theme: Theme| {
        let pressed = if theme == chosen { "true" } else { "false" };
        let name = match theme {
            Theme::Light => "Light",
            Theme::Dark => "Dark",
            Theme::System => "System",
        };
        view! { <button name="theme" value=theme.name() aria-pressed=pressed>{name}</button> }
    };
    view! {
        <form class="theme-switch" method="post" action="/_fn/set_theme" aria-label=label>
            <input type="hidden" name="next" value=context::path()/>
            {Theme::ALL.map(button).collect_view()}
        </form>
    }
}
