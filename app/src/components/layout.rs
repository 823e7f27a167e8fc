//! What every page stands in.

use super::footer::Footer;
use super::head::Head;
use super::header::Header;
use super::messages::PageMessages;
use super::wake::{SiteScript, Wake};
use crate::context;
use leptos::prelude::*;

/// Header, main part and footer. A `status` other than 200 becomes the answer's.
#[component]
pub(crate) fn Layout(
    #[prop(into)] title: String,
    #[prop(into)] description: String,
    #[prop(default = None, into)] canonical: Option<String>,
    #[prop(default = None, into)] feed: Option<String>,
    #[prop(default = None, into)] card: Option<String>,
    #[prop(default = 200)] status: u16,
    children: Children,
) -> impl IntoView {
    if status != 200 {
        context::set_status(status);
    }
    // First, because it decides whether there is an island to wake.
    let content = children();
    view! {
        <Head title description canonical feed card/>
        <a class="skip" href="#main">"Skip to the content"</a>
        <Header/>
        <main id="main" class="frame" tabindex="-1" data-status=status>
            <PageMessages/>
            {content}
        </main>
        <Footer/>
        <p id="live" class="toast" role="status"></p>
        <SiteScript/>
        <Wake/>
    }
}
