//! `/admin/settings`: by which settings the server runs. They are changed where it is started.

use crate::components::admin::AdminLayout;
use crate::context;
use crate::operator::Setting;
use crate::pages::page;
use leptos::prelude::*;

#[component]
pub(crate) fn Settings() -> impl IntoView {
    page(async {
        context::domain().only_for_administrators(&context::actor())?;
        let mut sections: Vec<(String, Vec<Setting>)> = Vec::new();
        for setting in context::operator().0.settings() {
            match sections.last_mut() {
                Some((section, settings)) if *section == setting.section => settings.push(setting),
                _ => sections.push((setting.section.clone(), vec![setting])),
            }
        }
        Ok(view! {
            <AdminLayout title="Settings" about="In force since the server was started. They are changed by flags and variables, and of secrets only that they are set is shown.">
                {sections.into_iter().map(|(section, settings)| view! { <Section section settings/> }).collect_view()}
            </AdminLayout>
        })
    })
}

#[component]
fn Section(section: String, settings: Vec<Setting>) -> impl IntoView {
    let line = |setting: Setting| {
        let value = match setting.value.as_str() {
            "" => view! { <span class="aside">"none"</span> }.into_any(),
            _ => view! { <code>{setting.value.clone()}</code> }.into_any(),
        };
        view! {
            <div data-setting=setting.name.clone()>
                <dt><code>{setting.name.clone()}</code></dt>
                <dd>{value} {(!setting.is_set).then(|| view! { <span class="label">"default"</span> })}</dd>
                <dd class="aside">{setting.about}</dd>
            </div>
        }
    };
    view! {
        <section>
            <h2 class="section-title">{section}</h2>
            <dl class="settings">{settings.into_iter().map(line).collect_view()}</dl>
        </section>
    }
}
