//! The mark of the project: a claw.

use leptos::prelude::*;

/// The claw, in the colour of the text around it. Decoration: a name always stands beside it.
#[component]
pub(crate) fn Claw() -> impl IntoView {
    view! {
        <svg viewBox="2 1 29 30" fill="currentColor" aria-hidden="true" focusable="false">
            <path d="M10.5 23.2C5 19.5 3 12 6.5 6.8 9.8 1.9 16.5.6 22.6 2.6c.9.3.9 1.4 0 1.7-4.8 1.6-7.7 5-8 9.7 3.3-4.4 9-6.3 14.6-4.6.7.2 1.1.9 1 1.6-.9 7-6.5 12.7-13.6 13.2-2.2.2-4.3-.1-6.1-1Z"/>
            <circle cx="9.2" cy="27.3" r="3.2"/>
        </svg>
    }
}
