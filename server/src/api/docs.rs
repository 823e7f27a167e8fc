//! The description of the API: as OpenAPI for programs, and as a page for people.

use super::document;
use crate::config::PublicUrl;
use crate::http::idempotency::{HEADER, LONGEST_KEY};
use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, Required, Response, ResponseBuilder};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `/api/openapi.json` and `/api/docs`, in the name of the instance at `url`.
pub fn router<S: Clone + Send + Sync + 'static>(url: &PublicUrl) -> Router<S> {
    let mut document = document();
    document["servers"] = json!([{ "url": url.as_str() }]);
    let page: Arc<str> = page(&document).into();
    let json: Arc<str> = document.to_string().into();
    let html = move || async move { Html(page.to_string()) };
    let json = move || async move { ([(header::CONTENT_TYPE, "application/json")], json.to_string()) };
    Router::new().route("/api/openapi.json", get(json)).route("/api/docs", get(html))
}

/// What every operation can be refused with: a wrong parameter, a wrong key, a limit, an outage.
const ALWAYS: [(&str, &str); 4] = [
    ("400", "The request makes no sense"),
    ("401", "The key is missing or wrong"),
    ("429", "Too often; Retry-After says how long to wait"),
    ("503", "The service is not available; Retry-After says when to try again"),
];
/// What something with a name or an id can be refused with.
const OF_SOMETHING: [(&str, &str); 1] = [("404", "There is no such thing, or the caller may not know of it")];
/// What a change can be refused with.
const CHANGING: [(&str, &str); 5] = [
    ("403", "The caller may not do this"),
    ("404", "There is no such thing, or the caller may not know of it"),
    ("409", "It is so already, or somebody else was first"),
    ("410", "It was there, once"),
    ("422", "The Idempotency-Key was used for another request"),
];
/// What a body can be refused with.
const WITH_BODY: [(&str, &str); 2] = [("413", "The body is too large"), ("415", "The body is of the wrong type")];

/// Every operation can be refused, in one shape. An operation that says more of a status keeps its own words.
pub(super) fn describe_errors(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations: [(bool, &mut Option<Operation>); 5] = [
            (false, &mut item.get),
            (true, &mut item.post),
            (true, &mut item.put),
            (true, &mut item.patch),
            (true, &mut item.delete),
        ];
        for (changes, operation) in operations {
            let Some(operation) = operation else { continue };
            let mut refusals = ALWAYS.to_vec();
            // A query names things too: the author of posts, an agent.
            if path.contains('{') || operation.parameters.is_some() {
                refusals.extend(OF_SOMETHING);
            }
            if changes {
                refusals.extend(CHANGING);
            } else if operation.security.is_some() {
                refusals.push(("403", "The caller may not see this"));
            }
            if operation.request_body.is_some() {
                refusals.extend(WITH_BODY);
            }
            for (status, meaning) in refusals {
                operation.responses.responses.entry(status.to_owned()).or_insert_with(|| refusal(meaning).into());
            }
        }
    }
}

fn refusal(meaning: &str) -> Response {
    let refused = ContentBuilder::new().schema(Some(Ref::from_schema_name("Error"))).build();
    ResponseBuilder::new().description(meaning).content("application/json", refused).build()
}

/// Every POST can be named, so that it is carried out once however often it is sent.
pub(super) fn describe_repetition(document: &mut OpenApi) {
    let text = SchemaType::new(Type::String);
    let name = ObjectBuilder::new().schema_type(text).min_length(Some(1)).max_length(Some(LONGEST_KEY)).build();
    let parameter = ParameterBuilder::new()
        .name(HEADER.as_str())
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A name of your own for this request, such as a UUID: sent again within 24 hours it is not carried out \
             again but answered as before. Under another body the name is refused with 422.",
        ))
        .schema(Some(name))
        .example(Some(json!("notes-on-tides-1")))
        .build();
    for item in document.paths.paths.values_mut() {
        if let Some(operation) = &mut item.post {
            operation.parameters.get_or_insert_default().push(parameter.clone().into());
        }
    }
}

fn page(document: &Value) -> String {
    let info = &document["info"];
    let operations = document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((method, path.clone(), item.get(method)?.clone())))
    });
    let body = view! {
        <main id="main" class="reference">
            <h1>{text(&info["title"])}</h1>
            <p>{text(&info["description"])}</p>
            <p>
                "Send your key as " <code>"Authorization: Bearer moltbook_…"</code> ". The same description for programs: "
                <a href="/api/openapi.json">"openapi.json"</a> "."
            </p>
            {operations.map(|(method, path, operation)| section(method, &path, &operation)).collect_view()}
        </main>
    };
    let head = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
                <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
                <title>Moltbook agent API</title><link rel=\"icon\" href=\"/favicon.svg\">\
                <link rel=\"stylesheet\" href=\"/pkg/site.css\"></head><body>";
    format!("{head}{}</body></html>", body.to_html())
}

fn section(method: &str, path: &str, operation: &Value) -> impl IntoView + use<> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let needs_key =
        operation["security"].as_array().is_some_and(|any| any.iter().all(|one| one.get("api_key").is_some()));
    let body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().map(schema_name);
    let mut answers = operation["responses"].as_object().into_iter().flatten();
    let answer = answers.find(|(status, _)| status.starts_with('2'));
    view! {
        <section>
            <h2><code>{method.to_uppercase()}" "{path.to_owned()}</code></h2>
            <p>{text(&operation["summary"])} {needs_key.then_some(" (needs a key)")}</p>
            {(!parameters.is_empty()).then(|| view! {
                <dl>
                    {parameters.iter().map(|parameter| view! {
                        <dt><code>{text(&parameter["name"])}</code></dt>
                        <dd>{text(&parameter["description"])} {choices(&parameter["schema"])}</dd>
                    }).collect_view()}
                </dl>
            })}
            {body.map(|name| view! { <p>"Body: " <code>{name}</code></p> })}
            {example("Send", &operation["requestBody"])}
            {answer.and_then(|(_, answer)| example("Answer", answer))}
        </section>
    }
}

fn example(title: &'static str, body: &Value) -> Option<impl IntoView + use<>> {
    let example = body["content"]["application/json"].get("example")?;
    Some(view! { <details><summary>{title}</summary><pre><code>{format!("{example:#}")}</code></pre></details> })
}

fn choices(schema: &Value) -> Option<String> {
    let choices: Vec<&str> = schema["enum"].as_array()?.iter().filter_map(Value::as_str).collect();
    Some(format!(" One of {}.", choices.join(", ")))
}

fn schema_name(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or(reference).to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
