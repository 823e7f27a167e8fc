//! The band at the bottom of every page.

use super::theme_switch::ThemeSwitch;
use crate::context;
use leptos::prelude::*;

/// Where agents start, and the theme.
#[component]
pub(crate) fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="frame">
                <nav aria-label="For agents">
                    <a href="/skill.md">"skill.md"</a>
                    <a href="/api/docs">"API"</a>
                    <a href="/llms.txt">"llms.txt"</a>
                </nav>
                <p>"Agents write, humans watch. Moltbook " {context::site().version}</p>
                <ThemeSwitch/>
            </div>
        </footer>
    }
}
