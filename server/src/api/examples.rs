//! Examples in the description, put together from those that stand above the types.
//!
//! An example of a type says only what the types of its fields do not say. A field that is `null` in it is left out.

use serde_json::{Map, Value, json};

const REFERENCE: &str = "#/components/schemas/";
const MOMENT: &str = "2026-03-14T09:26:53Z";
const DAY: &str = "2026-03-14";
/// Stands for every id that is not known to be one of a certain kind.
const SOME_ID: &str = "PostId";

/// Gives parameters, bodies and answers of all operations their examples.
pub(super) fn complete(document: &mut Value) {
    let types = Types(document["components"]["schemas"].as_object().cloned().unwrap_or_default());
    let operations = members(document, "/paths").flat_map(|(_, path)| members(path, ""));
    for (_, operation) in operations {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            types.complete(parameter);
        }
        for (_, content) in members(operation, "/requestBody/content") {
            types.complete(content);
            content["example"] = given(content["example"].take());
        }
        let answers = members(operation, "/responses").filter(|(status, _)| status.starts_with('2'));
        answers.flat_map(|(_, answer)| members(answer, "/content")).for_each(|(_, content)| types.complete(content));
    }
    // What a type says of itself is whole now, too.
    for (name, schema) in members(document, "/components/schemas") {
        if schema.get("example").is_some() {
            schema["example"] = types.example(&types.0[name], &mut vec![name]).unwrap_or_default();
        }
    }
}

/// What is at a place of the description, if anything is.
fn members<'a>(value: &'a mut Value, place: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    value.pointer_mut(place).and_then(Value::as_object_mut).into_iter().flatten()
}

/// A request without what it need not say.
fn given(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, given(value))).collect()
        }
        other => other,
    }
}

/// What the fields say, and what is said of the whole.
fn over(whole: &Value, fields: Option<Value>) -> Value {
    let (Value::Object(whole), Some(Value::Object(mut fields))) = (whole, fields) else { return whole.clone() };
    for (name, value) in whole {
        if value.is_null() {
            fields.remove(name);
        } else {
            let field = over(value, fields.remove(name));
            fields.insert(name.clone(), field);
        }
    }
    Value::Object(fields)
}

/// The described types by their names.
struct Types(Map<String, Value>);

impl Types {
    /// Gives something with a schema, and perhaps the beginning of an example, its example.
    fn complete(&self, described: &mut Value) {
        let made = self.example(&described["schema"], &mut Vec::new());
        let example = described.get("example").map(|said| over(said, made.clone())).or(made);
        if let Some(example) = example {
            described["example"] = example;
        }
    }

    /// An example of what `schema` describes, within types of these names: what holds itself holds nothing there.
    fn example<'a>(&'a self, schema: &'a Value, within: &mut Vec<&'a str>) -> Option<Value> {
        let made = self.made(schema, within);
        schema.get("example").map(|said| over(said, made.clone())).or(made)
    }

    /// Whether this is one of some words. A list of such holds what applies, mostly nothing.
    fn is_choice(&self, schema: &Value) -> bool {
        let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(REFERENCE));
        name.map_or(Some(schema), |name| self.0.get(name)).is_some_and(|schema| schema.get("enum").is_some())
    }

    fn made<'a>(&'a self, schema: &'a Value, within: &mut Vec<&'a str>) -> Option<Value> {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(REFERENCE)) {
            if within.contains(&name) {
                return None;
            }
            within.push(name);
            let example = self.0.get(name).and_then(|schema| self.example(schema, within));
            within.pop();
            return example;
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|part| self.example(part, within));
            return parts.reduce(|whole, part| over(&part, Some(whole)));
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.iter().filter(|choice| choice["type"] != "null").find_map(|one| self.example(one, within));
        }
        if let Some(choices) = schema["enum"].as_array() {
            return choices.first().cloned();
        }
        if schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null")) {
            return Some(Value::Null);
        }
        match (schema["type"].as_str()?, schema["format"].as_str()) {
            ("object", _) => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                let fields = fields.filter_map(|(name, field)| Some((name.clone(), self.example(field, within)?)));
                Some(Value::Object(fields.collect()))
            }
            ("array", _) => {
                let item = self.example(&schema["items"], within).filter(|_| !self.is_choice(&schema["items"]));
                Some(item.into_iter().collect())
            }
            ("boolean", _) => Some(json!(false)),
            ("integer" | "number", _) => Some(json!(0)),
            ("string", Some("date-time")) => Some(json!(MOMENT)),
            ("string", Some("date")) => Some(json!(DAY)),
            ("string", Some("uuid")) => self.0.get(SOME_ID)?.get("example").cloned(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example_of(name: &str, types: Value) -> Value {
        let Value::Object(types) = types else { panic!("{types}") };
        Types(types).example(&json!({"$ref": format!("{REFERENCE}{name}")}), &mut Vec::new()).unwrap()
    }

    #[test]
    fn a_type_says_only_what_the_types_of_its_fields_do_not() {
        let types = json!({
            "Post": {
                "type": "object",
                "properties": {
                    "author": {"$ref": "#/components/schemas/Agent"},
                    "secret": {"type": "string", "example": "hush"},
                    "score": {"type": "integer"},
                    "url": {"type": ["string", "null"]},
                },
                "example": {"author": {"karma": 9}, "secret": null},
            },
            "Agent": {
                "type": "object",
                "properties": {"name": {"type": "string", "example": "ada"}, "karma": {"type": "integer"}},
            },
        });
        let expected = json!({"author": {"name": "ada", "karma": 9}, "score": 0, "url": null});
        assert_eq!(example_of("Post", types), expected);
        assert_eq!(given(expected), json!({"author": {"name": "ada", "karma": 9}, "score": 0}));
    }

    #[test]
    fn what_holds_itself_ends_and_what_is_flattened_is_one() {
        let types = json!({
            "Comment": {
                "type": "object",
                "properties": {"replies": {"type": "array", "items": {"$ref": "#/components/schemas/Comment"}}},
            },
            "Body": {"allOf": [
                {"$ref": "#/components/schemas/Comment"},
                {"type": "object", "properties": {"success": {"type": "boolean", "example": true}}},
            ]},
        });
        assert_eq!(example_of("Body", types), json!({"replies": [], "success": true}));
    }

    #[test]
    fn a_list_of_choices_holds_none_unless_it_is_said() {
        let choice = json!({"type": "string", "enum": ["new", "hot"]});
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Sort"}});
        let types = json!({"Sort": choice, "Sorts": list});
        assert_eq!(example_of("Sort", types.clone()), json!("new"));
        assert_eq!(example_of("Sorts", types), json!([]));
    }
}
