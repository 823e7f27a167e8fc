//! How PostgreSQL runs the queries behind every list of the API, on the large data set: nothing reads a large table from
//! end to end, and nothing sorts more than a page.
//!
//! The lists are those of the OpenAPI document, each in all its orders and filters; the plans are what `auto_explain` wrote
//! into the log of the cluster while the server answered.

use super::data::{Large, this_run};
use anyhow::Result;
use reqwest::Method;
use rigs::api::{Api, text};
use rigs::postgres::Cluster;
use rigs::report::Report;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;

/// The largest page that a caller may ask for: more is not sorted at once.
const PAGE: f64 = 100.0;
/// Rows of a table that may be read from end to end: submolts are a hundred, and an index would only be slower.
const SMALL: f64 = 200.0;
/// Has no end, or is a file of everything by design.
const NO_LISTS: [&str; 2] = ["/events", "/admin/audit.csv"];

/// Asks for every list and looks at the plans.
pub async fn run(large: &Large, report: &mut Report) -> Result<()> {
    let Some((cluster, database)) = large.cluster() else { return Ok(()) };
    for (setting, value) in [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_format", "json"),
    ] {
        cluster.query("postgres", &format!("ALTER DATABASE {database} SET {setting} = '{value}'"))?;
    }
    let looked = look(large, cluster, database, report).await;
    cluster.query("postgres", &format!("ALTER DATABASE {database} RESET ALL"))?;
    looked
}

async fn look(large: &Large, cluster: &Cluster, database: &str, report: &mut Report) -> Result<()> {
    let server = large.setup().env("PUBLIC_CACHE_TTL", "0").start().await?;
    let api = Api::new(&server.url)?;
    let caller = api.register(&format!("planner-{}", this_run()?)).await?;
    for join in ["/agents/agent-0/follow", "/submolts/submolt-0/subscribe"] {
        api.call(Method::POST, join, Some(&caller.key), Some(&json!({}))).await?.ok()?;
    }
    cluster.query(database, &format!("UPDATE agents SET role = 2 WHERE name = '{}'", caller.name))?;

    let document = api.document().await?;
    let (mut lists, mut worst_scan, mut worst_sort) = (0, Worst::default(), Worst::default());
    for path in paths(&document, &places(&api).await?) {
        let mut log = cluster.log()?;
        let answer = api.call(Method::GET, &path, Some(&caller.key), None).await?;
        // What only people may see, or what wants a parameter that the document does not list the values of, is no list here.
        let Ok(body) = answer.ok() else { continue };
        if body.get("has_more").or(body.get("next_cursor")).is_none() {
            continue;
        }
        let mut logged = Vec::new();
        log.read_to_end(&mut logged)?;
        let cost = cost(&String::from_utf8_lossy(&logged));
        lists += 1;
        report.keep(&path, json!({ "queries": cost.queries, "scanned": cost.scanned, "sorted": cost.sorted }));
        worst_scan.see(&path, cost.scanned, SMALL);
        worst_sort.see(&path, cost.sorted, PAGE);
    }
    report.note("lists whose plans were looked at", lists.to_string());
    worst_scan.hold("rows of a table read from end to end", SMALL, report);
    worst_sort.hold("rows sorted by one step of a plan", PAGE, report);
    Ok(())
}

/// The highest figure, and what is over the bound: by path and order, how many variants, and the highest of them.
#[derive(Default)]
struct Worst {
    highest: f64,
    over: BTreeMap<String, (usize, f64)>,
}

impl Worst {
    fn see(&mut self, path: &str, figure: f64, bound: f64) {
        self.highest = self.highest.max(figure);
        if figure > bound {
            let (place, query) = path.split_once('?').unwrap_or((path, ""));
            let order = query.split('&').find(|parameter| parameter.starts_with("sort=")).unwrap_or_default();
            let (variants, highest) = self.over.entry(format!("{place} {order}")).or_default();
            *variants += 1;
            *highest = highest.max(figure);
        }
    }

    /// Adds a line, and one for each order that is over the bound.
    fn hold(&self, what: &str, bound: f64, report: &mut Report) {
        report.hold(what, self.highest.to_string(), &format!("≤ {bound}"), self.over.is_empty());
        for (order, (variants, highest)) in &self.over {
            report.note(format!("{what}: {order}"), format!("{variants} variants, up to {highest}"));
        }
    }
}

/// What the placeholders of paths stand for: the prolific agent, the largest submolt, and the best post in it.
async fn places(api: &Api) -> Result<Places> {
    let post = text(&api.get("/posts?sort=top&submolt=submolt-0&limit=1", None).await?, "/posts/0/id")?;
    let comments = api.get(&format!("/posts/{post}/comments?limit=1"), None).await?;
    let comment = text(&comments, "/comments/0/id")?;
    Ok(BTreeMap::from([
        ("/agents/{name}", "/agents/agent-0".to_owned()),
        ("/submolts/{name}", "/submolts/submolt-0".to_owned()),
        ("/posts/{id}", format!("/posts/{post}")),
        ("/comments/{id}", format!("/comments/{comment}")),
    ]))
}

/// What begins with a placeholder, and with what instead.
type Places = BTreeMap<&'static str, String>;

/// Every GET of the document in all its orders and filters; what needs something that the data do not have is left out.
fn paths(document: &Value, places: &Places) -> Vec<String> {
    let operations = document["paths"].as_object().into_iter().flatten();
    let read = operations.filter_map(|(path, item)| Some((path.strip_prefix("/api/v1")?, item.get("get")?)));
    let mut paths = Vec::new();
    for (path, operation) in read.filter(|(path, _)| !NO_LISTS.contains(path)) {
        let found = places.iter().find(|(place, _)| path.starts_with(**place));
        let path = found.map_or(path.to_owned(), |(place, with)| path.replacen(place, with, 1));
        if path.contains('{') {
            continue;
        }
        let mut variants = vec![path];
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let values: Vec<&str> = match name {
                "q" => vec!["nautilus", "lagoon"],
                "submolt" => vec!["submolt-0"],
                "name" => vec!["agent-0"],
                _ => values(document, &parameter["schema"]),
            };
            let is_needed = parameter["required"] == true;
            variants = variants
                .iter()
                .flat_map(|path| {
                    let mark = if path.contains('?') { '&' } else { '?' };
                    let with = values.iter().map(move |value| format!("{path}{mark}{name}={value}"));
                    (!is_needed).then(|| path.clone()).into_iter().chain(with).collect::<Vec<_>>()
                })
                .collect();
        }
        paths.extend(variants);
    }
    paths
}

/// The values that a schema lists.
fn values<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    if let Some(name) = schema["$ref"].as_str() {
        return document.pointer(name.trim_start_matches('#')).map_or(Vec::new(), |named| values(document, named));
    }
    let own = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|kind| schema[kind].as_array()).flatten();
    own.chain(parts.flat_map(|part| values(document, part))).collect()
}

/// What the queries of one request did at most.
#[derive(Default)]
struct Cost {
    queries: usize,
    scanned: f64,
    sorted: f64,
}

/// Reads the plans in a part of the log: JSON over several lines, each of which begins with a tab.
fn cost(log: &str) -> Cost {
    let mut cost = Cost::default();
    for entry in log.split("  plan:\n").skip(1) {
        let lines: Vec<&str> = entry.lines().map_while(|line| line.strip_prefix('\t')).collect();
        if let Ok(plan) = serde_json::from_str::<Value>(&lines.join("\n")) {
            cost.queries += 1;
            weigh(&plan["Plan"], &mut cost);
        }
    }
    cost
}

fn weigh(node: &Value, cost: &mut Cost) {
    let rows = |node: &Value| {
        let all = node["Actual Rows"].as_f64().unwrap_or(0.0) + node["Rows Removed by Filter"].as_f64().unwrap_or(0.0);
        all * node["Actual Loops"].as_f64().unwrap_or(0.0)
    };
    let below = || node["Plans"].as_array().into_iter().flatten();
    match node["Node Type"].as_str().unwrap_or_default() {
        "Seq Scan" => cost.scanned = cost.scanned.max(rows(node)),
        "Sort" | "Incremental Sort" => cost.sorted = cost.sorted.max(below().map(rows).sum()),
        _ => {}
    }
    for node in below() {
        weigh(node, cost);
    }
}
