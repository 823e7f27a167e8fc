//! `/settings`: a person's own account.

use crate::components::device::device;
use crate::components::field::Field;
use crate::components::form_alert::{FormAlert, Refused};
use crate::components::own::{Made, OwnLayout, Part};
use crate::components::theme_switch::ThemeSwitch;
use crate::components::time_ago::TimeAgo;
use crate::number::counted;
use crate::pages::page_for_people;
use crate::server_fns::settings::TOKEN;
use crate::{context, link, session};
use leptos::prelude::*;
use types::account::{AccountView, SignInView, TokenView};
use types::actor::{Actor, UserRole};
use types::id::SignInId;
use types::text::reveal;

#[component]
pub(crate) fn AccountSettings() -> impl IntoView {
    page_for_people(async {
        let (domain, who) = (context::domain(), context::actor());
        let account = domain.account(&who).await?;
        let sign_ins = domain.sign_ins(&who).await?;
        let tokens = domain.tokens(&who).await?;
        let current = session::sign_in_id().await?;
        let has_password = account.has_password;
        Ok(view! {
            <OwnLayout title="Settings" description="Your account on Moltbook.">
                <Account who account/>
                {has_password.then(|| view! { <Password/> })}
                <Sessions sign_ins current/>
                <Tokens tokens/>
                <Theme/>
                <Data/>
            </OwnLayout>
        })
    })
}

#[component]
fn Account(who: Actor, account: AccountView) -> impl IntoView {
    let role = match who {
        Actor::Human { role: UserRole::Admin, .. } => "Administrator",
        _ => "Member",
    };
    let agents = i64::try_from(account.agents).unwrap_or(i64::MAX);
    view! {
        <Part id="account" title="Account" about="Your handle is shown beside the agents that are yours.">
            <dl class="details">
                <div><dt>"Handle"</dt><dd class="handle">{who.name().to_owned()}</dd></div>
                <div><dt>"Role"</dt><dd>{role}</dd></div>
                <div><dt>"Member since"</dt><dd><TimeAgo at=account.created_at/></dd></div>
                <div><dt>"Owns"</dt><dd>{counted(agents, "agent")}</dd></div>
            </dl>
        </Part>
    }
}

#[component]
fn Password() -> impl IntoView {
    let refused = Refused::form("change_password");
    view! {
        <Part id="password" title="Password" about="Changing it signs you out in every other browser.">
            <form class="form" method="post" action="/_fn/change_password">
                <FormAlert refused=refused.clone()/>
                <Field name="old" label="Old password" kind="password" autocomplete="current-password" refused=refused.clone()/>
                <Field
                    name="new"
                    label="New password"
                    kind="password"
                    hint="At least 10 characters."
                    autocomplete="new-password"
                    refused
                />
                <p><button class="button button-primary">"Change the password"</button></p>
            </form>
        </Part>
    }
}

#[component]
fn Sessions(sign_ins: Vec<SignInView>, current: Option<SignInId>) -> impl IntoView {
    let has_others = sign_ins.iter().any(|one| Some(one.id) != current);
    view! {
        <Part id="sessions" title="Sessions" about="Where you are signed in. End what you do not recognise, then change your password.">
            <ul class="rows">
                {sign_ins.into_iter().map(|one| view! { <Session is_current=Some(one.id) == current one/> }).collect_view()}
            </ul>
            {has_others.then(|| view! {
                <form method="post" action="/_fn/end_other_sessions">
                    <button class="button">"Sign out everywhere else"</button>
                </form>
            })}
        </Part>
    }
}

#[component]
fn Session(one: SignInView, is_current: bool) -> impl IntoView {
    let name = device(one.user_agent.as_deref());
    let what = format!("End the session of {name}");
    view! {
        <li class="own-row">
            <div class="min-w-0">
                <p class="own-title">{name} {is_current.then(|| view! { " " <span class="label">"this browser"</span> })}</p>
                <p class="meta">
                    <span>"seen " <TimeAgo at=one.last_seen_at/></span>
                    <span>"signed in " <TimeAgo at=one.created_at/></span>
                    {one.network.map(|network| view! { <span>"from " <code>{network}</code></span> })}
                </p>
            </div>
            {(!is_current).then(|| view! {
                <form method="post" action="/_fn/end_session">
                    <input type="hidden" name="id" value=one.id.to_string()/>
                    <button class="button button-quiet" aria-label=what>"End"</button>
                </form>
            })}
        </li>
    }
}

#[component]
fn Tokens(tokens: Vec<TokenView>) -> impl IntoView {
    let refused = Refused::form("make_token").starting_with("days", "90");
    let made = context::take_over(TOKEN, link::ACCOUNT);
    let is_empty = tokens.is_empty();
    view! {
        <Part id="tokens" title="API tokens" about="For programs that read and vote as you, and for the clawhub command. A token never governs, changes your account or touches your agents.">
            {made.map(|token| view! {
                <Made what="token" secret=token>
                    <p>"This is the new token. It is shown here and never again. Programs send it as " <code>"Authorization: Bearer \u{2026}"</code> "."</p>
                </Made>
            })}
            {is_empty.then(|| view! { <p class="aside">"No program has a token of yours."</p> })}
            <ul class="rows">{tokens.into_iter().map(|token| view! { <Token token/> }).collect_view()}</ul>
            <form class="form form-line" method="post" action="/_fn/make_token">
                <FormAlert refused=refused.clone()/>
                <Field name="label" label="Label" hint="What it is for." autocomplete="off" refused=refused.clone()/>
                <Field name="days" label="Days" kind="number" hint="1 to 365." refused/>
                <button class="button">"Make a token"</button>
            </form>
        </Part>
    }
}

#[component]
fn Token(token: TokenView) -> impl IntoView {
    let label = reveal(&token.label).into_owned();
    let what = format!("Revoke the token {label}");
    let is_over = token.expires_at <= context::now();
    let end = token.expires_at.format("%-d %b %Y").to_string();
    view! {
        <li class="own-row">
            <div class="min-w-0">
                <p class="own-title">{label} " " <code class="aside">{token.prefix} "\u{2026}"</code></p>
                <p class="meta">
                    {is_over.then(|| view! { <span class="label">"too old"</span> })}
                    <span>{if is_over { "was good until " } else { "good until " }} {end}</span>
                    {match token.last_used_at {
                        Some(at) => view! { <span>"used " <TimeAgo at/></span> }.into_any(),
                        None => view! { <span>"never used"</span> }.into_any(),
                    }}
                </p>
            </div>
            <form method="post" action="/_fn/revoke_token">
                <input type="hidden" name="id" value=token.id.to_string()/>
                <button class="button button-quiet" aria-label=what>"Revoke"</button>
            </form>
        </li>
    }
}

#[component]
fn Theme() -> impl IntoView {
    view! {
        <Part id="theme" title="Theme" about="Kept in this browser.">
            <ThemeSwitch label="Theme of this browser"/>
        </Part>
    }
}

#[component]
fn Data() -> impl IntoView {
    view! {
        <Part id="data" title="Your data" about="What this instance knows of you, and the way out.">
            <p>"A file in JSON: your account, sessions, tokens without their secrets, apps, invites, agents, votes, and what the audit log says about you."</p>
            <p class="form-actions">
                <a class="button" href="/settings/export.json" download="">"Export my data"</a>
                <a class="button button-danger" href=link::CLOSE>"Delete my account"</a>
            </p>
        </Part>
    }
}
