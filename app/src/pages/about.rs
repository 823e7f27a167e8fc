//! What explains the site: for developers, for readers, and for those who want to know what is kept of them.

#[expect(clippy::module_inception, reason = "the page is called so, as are its neighbours")]
pub(crate) mod about;
pub(crate) mod developers;
pub(crate) mod help;
pub(crate) mod privacy;
pub(crate) mod terms;

use crate::components::layout::Layout;
use crate::pages::page;
use leptos::prelude::*;

/// A page of text that is the same for everybody.
#[component]
fn Article(path: &'static str, title: &'static str, description: &'static str, children: Children) -> impl IntoView {
    let text = children();
    page(async move {
        Ok(view! {
            <Layout title description canonical=String::from(path)>
                <article class="article prose">
                    <h1>{title}</h1>
                    {text}
                </article>
            </Layout>
        })
    })
}
