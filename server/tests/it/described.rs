//! The description of the API, held against what is really sent and answered.

use crate::app::{Reply, TestApp};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What the server says of itself at `/api/openapi.json`.
pub struct Described(Value);

/// One operation, such as `GET /posts`.
pub struct Operation<'a> {
    pub name: String,
    pub is: &'a Value,
}

impl Described {
    pub async fn by(app: &TestApp) -> Self {
        Self(app.browser().get("/api/openapi.json").await.expect(200))
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let operations = self.0["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
            let path = path.strip_prefix("/api/v1").unwrap();
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, is)| Operation { name: format!("{} {path}", method.to_uppercase()), is })
        });
        operations.collect()
    }

    /// In what an answer is not as it is described; nothing where that is no JSON.
    pub fn surprises(&self, operation: &str, reply: &Reply) -> Vec<String> {
        let operations = self.operations();
        let is = operations.iter().find(|known| known.name == operation).map(|known| known.is).unwrap();
        let answer = &is["responses"][reply.status.as_str()];
        if answer.is_null() {
            return vec![format!("{operation} says nothing of {}", reply.status)];
        }
        if !reply.header("content-type").starts_with("application/json") {
            return Vec::new();
        }
        self.misfits(&answer["content"]["application/json"]["schema"], &reply.json(), operation)
    }

    /// Where and why `value` is not what `schema` describes.
    pub fn misfits(&self, schema: &Value, value: &Value, place: &str) -> Vec<String> {
        let mut misfits = Vec::new();
        self.compare(schema, value, place, &mut misfits);
        let known = self.fields(schema);
        if let (Some(value), false) = (value.as_object(), known.is_empty()) {
            let unknown = value.keys().filter(|name| !known.contains(name.as_str()));
            misfits.extend(unknown.map(|name| format!("{place}: nothing is said of {name}")));
        }
        misfits
    }

    fn compare(&self, schema: &Value, value: &Value, place: &str, misfits: &mut Vec<String>) {
        if let Some(target) = self.target(schema) {
            return self.compare(target, value, place, misfits);
        }
        for part in list(&schema["allOf"]) {
            self.compare(part, value, place, misfits);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            if !choices.iter().any(|choice| self.misfits(choice, value, place).is_empty()) {
                misfits.push(format!("{place}: {value} is none of the choices"));
            }
            return;
        }
        let types = list(&schema["type"]);
        let is_right = types.is_empty() || types.iter().any(|one| is_a(one.as_str().unwrap(), value));
        let is_known = schema["enum"].as_array().is_none_or(|choices| choices.contains(value));
        if !is_right || !is_known || !(value.is_null() || is_within(schema, value)) {
            misfits.push(format!("{place}: {value} is not {schema}"));
        }
        if let Some(fields) = value.as_object() {
            let missing = list(&schema["required"]).into_iter().filter_map(Value::as_str);
            let missing = missing.filter(|name| !fields.contains_key(*name));
            misfits.extend(missing.map(|name| format!("{place}: {name} is missing")));
            for (name, field) in schema["properties"].as_object().unwrap_or(&Map::new()) {
                if let Some(value) = fields.get(name) {
                    misfits.extend(self.misfits(field, value, &format!("{place}.{name}")));
                }
            }
        }
        for item in value.as_array().into_iter().flatten() {
            misfits.extend(self.misfits(&schema["items"], item, place));
        }
    }

    fn target(&self, schema: &Value) -> Option<&Value> {
        let target = self.0.pointer(schema["$ref"].as_str()?.strip_prefix('#')?);
        Some(target.unwrap_or_else(|| panic!("{schema} leads nowhere")))
    }

    /// The fields that `schema` knows of; none where it knows nothing of fields.
    fn fields<'a>(&'a self, schema: &'a Value) -> BTreeSet<&'a str> {
        if let Some(target) = self.target(schema) {
            return self.fields(target);
        }
        let own = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let parts = list(&schema["allOf"]).into_iter().flat_map(|part| self.fields(part));
        own.chain(parts).collect()
    }
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("{kind} is no type"),
    }
}

fn is_within(schema: &Value, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let of_format = match schema["format"].as_str() {
        Some("uuid") => text.parse::<uuid::Uuid>().is_ok(),
        Some("date-time") => text.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
        Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
        _ => true,
    };
    let size = value.as_f64().unwrap_or_else(|| f64::from(u32::try_from(text.chars().count()).unwrap()));
    let bound = |name: &str| schema[name].as_f64();
    of_format
        && ["minimum", "minLength"].into_iter().filter_map(bound).all(|least| size >= least)
        && ["maximum", "maxLength"].into_iter().filter_map(bound).all(|most| size <= most)
}
