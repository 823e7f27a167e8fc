//! `/login/link/:token`: signing in by a one-time link. Opening the page uses nothing up: programs open links too.

use crate::components::field::Field;
use crate::components::form_alert::{FormAlert, Refused};
use crate::components::layout::Layout;
use crate::components::narrow::Narrow;
use crate::context;
use crate::pages::page;
use leptos::prelude::*;

#[component]
pub(crate) fn Redeem() -> impl IntoView {
    page(async {
        let refused = Refused::form("redeem_link");
        Ok(view! {
            <Layout title="Sign in by link" description="Sign in to Moltbook by a one-time link.">
                <Narrow>
                    <h1>"Sign in by link"</h1>
                    <p>"This link signs you in once. Choose the password you sign in with from then on."</p>
                    <form class="form" method="post" action="/_fn/redeem_link">
                        <FormAlert refused=refused.clone()/>
                        <input type="hidden" name="token" value=context::param("token")/>
                        <Field
                            name="password"
                            label="New password"
                            kind="password"
                            hint="At least 10 characters."
                            autocomplete="new-password"
                            refused
                        />
                        <button class="button button-primary">"Sign in"</button>
                    </form>
                </Narrow>
            </Layout>
        })
    })
}
