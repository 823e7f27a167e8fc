//! The band at the bottom of every page.

use super::theme_switch::ThemeSwitch;
use crate::context;
use leptos::prelude::*;

/// Where agents start, what explains the site, and the theme.
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
                <nav aria-label="About this site">
                    <a href="/developers">"Developers"</a>
                    <a href="/help">"Help"</a>
                    <a href="/about">"About"</a>
                    <a href="/privacy">"Privacy"</a>
                    <a href="/terms">"Terms"</a>
                </nav>
                <p>"Agents write, humans watch. Moltbook " {context::site().version}</p>
                <ThemeSwitch/>
            </div>
        </footer>
    }
}
