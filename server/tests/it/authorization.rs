//! Who may do what: every operation of the API's document, tried by everybody.
//!
//! An operation without a line in [`table`] fails the test, and so does a line without an operation. So does an operation
//! that is no read and leaves no record in the audit log, and one whose answer is not as the document describes it.

use crate::app::{Api, Browser, Reply, TestApp};
use crate::described::Described;
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::Duration;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use types::actor::AgentRole;
use types::governance::Approval;

/// Who asks, in the order of the columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Without a key.
    Anonymous,
    /// An agent that has nothing to do with what is asked for.
    Stranger,
    /// The agent that wrote the post and the comment, and has what it asks for.
    Author,
    /// The agent that founded the submolt.
    Founder,
    /// An agent that moderates the submolt.
    Moderator,
    /// An agent with the role admin.
    Administrator,
    /// A person with a session.
    Person,
    /// A person who governs, with a session.
    Governor,
    /// An agent whose key was replaced.
    Revoked,
    /// An agent that may not act at present.
    Suspended,
    /// An agent with the role observer.
    Observer,
    /// A program with a token of the person who governs.
    Token,
}

use Who::{
    Administrator, Anonymous, Author, Founder, Governor, Moderator, Observer, Person, Revoked, Stranger, Suspended,
    Token,
};

const EVERYBODY: [Who; 12] = [
    Anonymous,
    Stranger,
    Author,
    Founder,
    Moderator,
    Administrator,
    Person,
    Governor,
    Revoked,
    Suspended,
    Observer,
    Token,
];

/// A picture of one dot.
const DOT: [u8; 70] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 31, 21, 196,
    137, 0, 0, 0, 13, 73, 68, 65, 84, 120, 156, 99, 80, 112, 72, 248, 15, 0, 3, 4, 1, 192, 128, 40, 112, 218, 0, 0, 0,
    0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// Any status from 200 to 299.
const OK: u16 = 200;

/// What each of [`EVERYBODY`] is answered.
type Answers = [u16; 12];

/// Public: only a bad key is refused.
const OPEN: Answers = [OK, OK, OK, OK, OK, OK, OK, OK, 401, OK, OK, OK];
/// An agent reads its own. A session is nothing here.
const OWN: Answers = [401, OK, OK, OK, OK, OK, 401, 401, 401, OK, OK, 401];
/// An agent changes something.
const ACT: Answers = [401, OK, OK, OK, OK, OK, 401, 401, 401, 403, 403, 401];
/// Whoever did not write it votes, programs of people too.
const VOTE: Answers = [401, OK, 400, OK, OK, OK, 401, 401, 401, 403, 403, OK];
/// An author changes what it wrote.
const REWRITE: Answers = [401, 403, OK, 403, 403, 403, 401, 401, 401, 403, 403, 401];
/// An author, a moderator or an administrator takes something down.
const TAKE_DOWN: Answers = [401, 403, OK, OK, OK, OK, 401, 401, 401, 403, 403, 401];
/// Whoever moderates the submolt.
const MODERATE: Answers = [401, 403, 403, OK, OK, OK, 401, 401, 401, 403, 403, 401];
/// Whoever owns the submolt.
const OWNERS: Answers = [401, 403, 403, OK, 403, OK, 401, 401, 401, 403, 403, 401];
/// The author reads or changes what nobody else knows of.
const MINE: Answers = [401, 404, OK, 404, 404, 404, 401, 401, 401, 404, 404, 401];
/// The author changes what nobody else knows of, but needs to be able to act.
const MINE_TO_ACT: Answers = [401, 404, OK, 404, 404, 404, 401, 401, 401, 403, 403, 401];
/// People, by their session.
const PEOPLE: Answers = [401, 401, 401, 401, 401, 401, OK, OK, 401, 401, 401, OK];
/// Whoever governs.
const GOVERN: Answers = [401, 403, 403, 403, 403, OK, 403, OK, 401, 403, 403, 403];

struct Row {
    operation: &'static str,
    answers: Answers,
    body: Option<Value>,
    query: &'static str,
    /// Whether nothing is to be in the audit log afterwards.
    is_quiet: bool,
    /// Whether a picture is sent, in a form.
    is_upload: bool,
    /// Whether a caller is no longer what it was afterwards: each needs a world of its own.
    is_the_end: bool,
    settings: Option<fn(&mut domain::Settings)>,
}

impl Row {
    /// For these callers the answer is another one.
    fn but(mut self, callers: &[Who], answer: u16) -> Self {
        for who in callers {
            let column = EVERYBODY.iter().position(|other| other == who).unwrap();
            self.answers[column] = answer;
        }
        self
    }

    fn sends(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    fn asks(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    /// Is no change: it is looked at, or answered, or only remembered by whom it concerns.
    fn quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }

    /// A picture goes along.
    fn uploads(self) -> Self {
        Self { is_upload: true, ..self }
    }

    /// Afterwards its caller is no longer what it was.
    fn ends(self) -> Self {
        Self { is_the_end: true, ..self }
    }

    /// On an instance of its own with other settings.
    fn alone(self, settings: fn(&mut domain::Settings)) -> Self {
        Self { settings: Some(settings), ..self }
    }
}

fn label(key: &str) -> Value {
    json!({"key": key, "label": "Label", "color": "teal", "kind": "tag"})
}

fn row(operation: &'static str, answers: Answers) -> Row {
    Row {
        operation,
        answers,
        body: None,
        query: "",
        is_quiet: operation.starts_with("GET "),
        is_upload: false,
        is_the_end: false,
        settings: None,
    }
}

/// Texts that begin with a dollar are made anew for each call: see [`World::fresh`].
fn table() -> Vec<Row> {
    let reason = || json!({"reason": "Because."});
    let everything_waits = |settings: &mut domain::Settings| settings.approval = Approval::All;
    vec![
        row("POST /agents/register", OPEN).sends(json!({"name": "$name"})),
        row("GET /agents/status", OWN),
        row("GET /agents/me", OWN),
        row("PATCH /agents/me", ACT).sends(json!({"description": "x"})),
        row("PUT /agents/me", ACT).sends(json!({"description": "x"})),
        row("POST /agents/me/avatar", ACT).uploads(),
        row("DELETE /agents/me/avatar", OWN),
        // Nobody here has an owner.
        row("POST /agents/me/setup-owner-email", ACT.map(|answer| if answer == OK { 403 } else { answer }))
            .sends(json!({"email": "ada@example.org"}))
            .quiet(),
        row("POST /agents/me/rotate-key", OWN).ends(),
        row("DELETE /agents/me", OWN).ends(),
        row("POST /agents/me/identity-token", ACT).quiet(),
        // Apps ask, and nobody here is one.
        row("POST /agents/verify-identity", [401; 12]).sends(json!({"token": "x"})).quiet(),
        row("GET /developer/apps", PEOPLE),
        row("POST /developer/apps", PEOPLE).sends(json!({"name": "$name"})),
        // It is the app of the person, and the token of the one who governs.
        row("DELETE /developer/apps/{id}", PEOPLE).but(&[Token], 404),
        row("GET /agents/recent", OPEN),
        row("GET /agents/leaderboard", OPEN),
        row("GET /agents/{name}/posts", OPEN),
        row("GET /agents/{name}/comments", OPEN),
        row("GET /agents/profile", OPEN).asks("?name=target"),
        row("POST /agents/{name}/follow", ACT),
        row("DELETE /agents/{name}/follow", ACT),
        row("GET /search", OPEN).asks("?q=hello"),
        row("GET /search/suggest", OPEN).asks("?q=he"),
        row("GET /submolts", OPEN),
        row("POST /submolts", ACT).sends(json!({"name": "$name"})),
        row("GET /submolts/{name}", OPEN),
        row("GET /submolts/{name}/feed", OPEN),
        row("PATCH /submolts/{name}/settings", MODERATE).sends(json!({"description": "$name"})),
        row("POST /submolts/{name}/avatar", MODERATE).uploads(),
        row("POST /submolts/{name}/banner", MODERATE).uploads(),
        row("GET /submolts/{name}/moderators", OPEN),
        row("POST /submolts/{name}/moderators", OWNERS).sends(json!({"agent_name": "target", "role": "moderator"})),
        row("DELETE /submolts/{name}/moderators", OWNERS).sends(json!({"agent_name": "target"})),
        row("DELETE /submolts/{name}/moderators/{agent}", OWNERS),
        row("POST /submolts/{name}/members", MODERATE).sends(json!({"agent_name": "target"})),
        row("DELETE /submolts/{name}/members", MODERATE).sends(json!({"agent_name": "target"})),
        row("GET /submolts/{name}/labels", OPEN),
        row("POST /submolts/{name}/labels", MODERATE).sends(label("$name")),
        row("GET /submolts/{name}/roles", OPEN),
        row("POST /labels/attach", MODERATE).sends(json!({"label_id": "$label", "post_id": "$post"})),
        row("DELETE /labels/attach/{id}", MODERATE),
        row("GET /submolts/{name}/reports", MODERATE),
        row("POST /reports/{id}/resolve", MODERATE).sends(json!({"verdict": "upheld"})),
        row("POST /submolts/{name}/subscribe", ACT),
        row("DELETE /submolts/{name}/subscribe", ACT),
        row("GET /posts", OPEN),
        row("POST /posts", ACT).sends(json!({"submolt_name": "tides", "title": "x", "content": "x"})),
        row("GET /posts/{id}", OPEN),
        row("PATCH /posts/{id}", REWRITE).sends(json!({"content": "Changed."})),
        row("DELETE /posts/{id}", TAKE_DOWN),
        row("POST /posts/{id}/pin", MODERATE),
        row("DELETE /posts/{id}/pin", MODERATE),
        row("POST /posts/{id}/lock", MODERATE),
        row("DELETE /posts/{id}/lock", MODERATE),
        row("POST /posts/{id}/report", ACT).but(&[Author], 400).sends(reason()),
        row("POST /posts/{id}/upvote", VOTE),
        row("POST /posts/{id}/downvote", VOTE),
        row("PUT /posts/{id}/vote", VOTE).sends(json!({"value": 1})),
        row("DELETE /posts/{id}/vote", VOTE),
        row("GET /posts/{id}/comments", OPEN),
        row("POST /posts/{id}/comments", ACT).sends(json!({"content": "x"})),
        row("GET /comments/{id}", OPEN),
        row("GET /comments/{id}/replies", OPEN),
        row("PATCH /comments/{id}", REWRITE).sends(json!({"content": "Changed."})),
        row("DELETE /comments/{id}", TAKE_DOWN),
        row("POST /comments/{id}/report", ACT).but(&[Author], 400).sends(reason()),
        row("POST /comments/{id}/upvote", VOTE),
        row("POST /comments/{id}/downvote", VOTE),
        row("PUT /comments/{id}/vote", VOTE).sends(json!({"value": 1})),
        row("DELETE /comments/{id}/vote", VOTE),
        row("GET /feed", OWN),
        // Nobody has such a code.
        row("POST /verify", ACT.map(|answer| if answer == OK { 404 } else { answer }))
            .sends(json!({"verification_code": format!("moltbook_verify_{}", "0".repeat(32)), "answer": "1.00"}))
            .quiet(),
        row("GET /home", OWN),
        row("GET /notifications", OWN),
        row("POST /notifications/read-all", OWN).quiet(),
        row("POST /notifications/read-by-post/{post_id}", OWN).quiet(),
        row("POST /notifications/{id}/read", MINE).quiet(),
        row("GET /agents/dm/check", OWN),
        row("POST /agents/dm/request", ACT).sends(json!({"to": "target", "message": "Shall we exchange notes?"})),
        row("GET /agents/dm/requests", OWN),
        row("POST /agents/dm/requests/{id}/approve", MINE_TO_ACT),
        row("POST /agents/dm/requests/{id}/reject", MINE_TO_ACT),
        row("GET /agents/dm/conversations", OWN),
        row("GET /agents/dm/conversations/{id}", MINE),
        row("POST /agents/dm/conversations/{id}/send", MINE_TO_ACT).sends(json!({"message": "Here they are."})),
        row("POST /agents/{name}/block", ACT),
        row("DELETE /agents/{name}/block", ACT),
        row("GET /events", OPEN),
        row("GET /webhooks", OWN),
        row("POST /webhooks", ACT).sends(json!({"url": "https://hooks.example.org"})),
        row("GET /webhooks/{id}", MINE),
        row("DELETE /webhooks/{id}", MINE_TO_ACT),
        row("GET /webhooks/{id}/deliveries", MINE),
        row("POST /webhooks/{id}/test", MINE_TO_ACT),
        row("GET /stats", OPEN),
        row("GET /admin/stats", GOVERN),
        row("GET /admin/pending", GOVERN),
        row("POST /admin/pending/{kind}/{id}/approve", GOVERN).alone(everything_waits),
        row("POST /admin/pending/{kind}/{id}/reject", GOVERN).sends(reason()).alone(everything_waits),
        row("GET /admin/agents", GOVERN),
        row("PATCH /admin/agents/{name}", GOVERN).sends(json!({"role": "observer"})),
        row("POST /admin/agents/{name}/suspend", GOVERN).sends(reason()),
        row("DELETE /admin/agents/{name}/suspend", GOVERN),
        row("POST /admin/agents/{name}/rotate-key", GOVERN),
        row("GET /admin/audit", GOVERN),
        row("GET /admin/audit.csv", GOVERN),
    ]
}

/// Everybody, on an instance of its own.
struct World<'app> {
    app: &'app TestApp,
    agents: BTreeMap<&'static str, Api<'app>>,
    person: Browser<'app>,
    governor: Browser<'app>,
}

/// What a call is about.
struct Fresh {
    post: String,
    comment: String,
    /// A name that nobody has.
    name: String,
    /// What stands for `{id}`.
    id: String,
    /// A label of the submolt.
    label: String,
}

impl<'app> World<'app> {
    async fn new(app: &'app TestApp) -> Self {
        // A stream that ends can be read like any other answer.
        app.hub.close();
        let mut agents = BTreeMap::new();
        for name in ["stranger", "author", "founder", "keeper", "revoked", "suspended", "target"] {
            agents.insert(name, app.agent(name).await);
        }
        agents.insert("boss", app.agent_as("boss", AgentRole::Admin).await);
        agents.insert("observer", app.agent_as("observer", AgentRole::Observer).await);
        let founder = &agents["founder"];
        for submolt in [json!({"name": "tides"}), json!({"name": "cove", "is_private": true})] {
            founder.post("/submolts", &submolt).await.expect(201);
            let path = format!("/submolts/{}/moderators", submolt["name"].as_str().unwrap());
            founder.post(&path, &json!({"agent_name": "keeper", "role": "moderator"})).await.expect(200);
        }
        // Who is new may not do everything yet.
        app.t.wait(Duration::hours(25));
        let boss = &agents["boss"];
        boss.post("/admin/agents/revoked/rotate-key", &json!({})).await.expect(200);
        boss.post("/admin/agents/suspended/suspend", &json!({"hours": 80_000, "reason": "Because."})).await.expect(200);
        let (person, governor) = (app.browser(), app.browser());
        person.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
        governor.sign_in_as_admin().await;
        governor.submit("/_fn/make_token", &[("label", "desk"), ("days", "365")]).await;
        agents.insert("token", app.with_key(&governor.cookie("moltbook_token").unwrap()));
        Self { app, agents, person, governor }
    }

    /// A post and a comment that nobody has touched, a name that nobody has, and what else the operation is about.
    async fn fresh(&self, operation: &str) -> Fresh {
        let author = &self.agents["author"];
        let body = json!({"submolt_name": "tides", "title": "Hello", "content": "Text."});
        let post = id_of(&author.post("/posts", &body).await.expect(201)["post"]);
        let comment = author.post(&format!("/posts/{post}/comments"), &json!({"content": "Text."})).await;
        // Under a post that waits nobody comments.
        let comment = comment.json()["comment"]["id"].as_str().unwrap_or_default().to_owned();
        let name = format!("n-{}", &post[post.len() - 12..]);
        let id = if operation.contains(" /comments/") { comment.clone() } else { post.clone() };
        let mut fresh = Fresh { post, comment, name, id, label: String::new() };
        self.prepare(operation, &mut fresh).await;
        fresh
    }

    /// Does what has to be done before an operation has something to do.
    async fn prepare(&self, operation: &str, fresh: &mut Fresh) {
        let (boss, author) = (&self.agents["boss"], &self.agents["author"]);
        let does = async |path: &str, body: Value| boss.post(path, &body).await.json();
        let (post, comment) = (format!("/posts/{}", fresh.post), format!("/comments/{}", fresh.comment));
        match operation {
            "DELETE /admin/agents/{name}/suspend" => {
                does("/admin/agents/target/suspend", json!({"reason": "Because."})).await;
            }
            "DELETE /agents/{name}/follow" => drop(does("/agents/target/follow", json!({})).await),
            "DELETE /posts/{id}/vote" => drop(does(&format!("{post}/upvote"), json!({})).await),
            "DELETE /comments/{id}/vote" => drop(does(&format!("{comment}/upvote"), json!({})).await),
            "DELETE /posts/{id}/pin" => drop(does(&format!("{post}/pin"), json!({})).await),
            "DELETE /posts/{id}/lock" => drop(does(&format!("{post}/lock"), json!({})).await),
            "DELETE /submolts/{name}/moderators" | "DELETE /submolts/{name}/moderators/{agent}" => {
                let target = json!({"agent_name": "target", "role": "moderator"});
                does("/submolts/tides/moderators", target).await;
            }
            "DELETE /submolts/{name}/members" => {
                does("/submolts/cove/members", json!({"agent_name": "target"})).await;
            }
            "POST /labels/attach" | "DELETE /labels/attach/{id}" => {
                fresh.label = id_of(&does("/submolts/tides/labels", label(&fresh.name)).await["label"]);
                if operation.starts_with("DELETE") {
                    let attach = json!({"label_id": fresh.label, "post_id": fresh.post});
                    fresh.id = id_of(&does("/labels/attach", attach).await["attachment"]);
                }
            }
            "POST /reports/{id}/resolve" => {
                does(&format!("{post}/report"), json!({"reason": "Because."})).await;
                fresh.id = id_of(&boss.get("/submolts/tides/reports").await.expect(200)["reports"][0]);
            }
            "DELETE /developer/apps/{id}" => {
                let made = self.person.call(Method::POST, "/developer/apps", Some(&json!({"name": "Shop"}))).await;
                fresh.id = id_of(&made.expect(201)["app"]);
            }
            "DELETE /agents/{name}/block" => drop(does("/agents/target/block", json!({})).await),
            "POST /notifications/{id}/read" => {
                does(&format!("{post}/comments"), json!({"content": "Indeed."})).await;
                fresh.id = id_of(&author.get("/notifications?unread=true").await.expect(200)["notifications"][0]);
            }
            _ if operation.contains("/webhooks/{id}") => {
                // An agent has only a few.
                for old in author.get("/webhooks").await.expect(200)["webhooks"].as_array().unwrap() {
                    author.delete(&format!("/webhooks/{}", id_of(old))).await.expect(200);
                }
                let made = author.post("/webhooks", &json!({"url": "https://hooks.example.org"})).await;
                fresh.id = id_of(&made.expect(201)["webhook"]);
            }
            _ if operation.contains("/dm/requests/{id}") || operation.contains("/dm/conversations/{id}") => {
                let asks = self.app.agent(&fresh.name).await;
                self.app.t.wait(Duration::hours(25));
                let request = json!({"to": "author", "message": "Shall we exchange notes?"});
                let asked = asks.post("/agents/dm/request", &request).await.json();
                fresh.id = asked["conversation_id"].as_str().unwrap().to_owned();
                if operation.contains("/conversations/") {
                    author.post(&format!("/agents/dm/requests/{}/approve", fresh.id), &json!({})).await.expect(200);
                }
            }
            _ => {}
        }
    }

    /// Ends what a call may have left behind and a later one would stumble over: a submolt has few places for pins.
    async fn clear(&self, fresh: &Fresh) {
        self.agents["boss"].delete(&format!("/posts/{}", fresh.post)).await;
        self.agents["boss"].delete("/submolts/tides/moderators/target").await;
    }

    /// Whether what was answered is in the audit log.
    async fn recorded(&self, reply: &Reply) -> bool {
        let latest = self.agents["boss"].get("/admin/audit?limit=1").await.expect(200);
        latest["records"][0]["request_id"] == reply.header("x-request-id")
    }

    async fn call(&self, who: Who, row: &Row, fresh: &Fresh) -> Reply {
        let (method, path) = row.operation.split_once(' ').unwrap();
        let path = format!("{}{}", fresh.path(path), row.query);
        let method: Method = method.parse().unwrap();
        let body = row.body.as_ref().map(|body| fresh.body(body));
        let agent = match who {
            Person | Governor if row.is_upload => return self.upload(None, &path).await,
            Anonymous if row.is_upload => return self.upload(None, &path).await,
            Person => return self.person.call(method, &path, body.as_ref()).await,
            Governor => return self.governor.call(method, &path, body.as_ref()).await,
            Anonymous => return self.app.anon().call(method, &path, body.as_ref()).await,
            Stranger => "stranger",
            Author => "author",
            Founder => "founder",
            Moderator => "keeper",
            Administrator => "boss",
            Revoked => "revoked",
            Suspended => "suspended",
            Observer => "observer",
            Token => "token",
        };
        let agent = &self.agents[agent];
        if row.is_upload {
            return self.upload(agent.key.as_deref(), &path).await;
        }
        agent.call(method, &path, body.as_ref()).await
    }

    /// Sends a picture as a program does, by key or by none.
    async fn upload(&self, key: Option<&str>, path: &str) -> Reply {
        let head = b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"dot.png\"\r\n\r\n";
        let body = [&head[..], &DOT, b"\r\n--edge--\r\n"].concat();
        let mut request =
            Request::post(format!("/api/v1{path}")).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        self.app.send(request.body(Body::from(body)).unwrap()).await
    }
}

impl Fresh {
    fn path(&self, template: &str) -> String {
        let name = match template {
            "/submolts/{name}/members" => "cove",
            _ if template.starts_with("/submolts/") => "tides",
            _ => "target",
        };
        let known = [
            ("{name}", name),
            ("{agent}", "target"),
            ("{kind}", "post"),
            ("{post_id}", &self.post),
            ("{id}", &self.id),
        ];
        let path = known.iter().fold(template.to_owned(), |path, (place, value)| path.replace(place, value));
        assert!(!path.contains('{'), "nothing is known to stand in {path}");
        path
    }

    fn body(&self, template: &Value) -> Value {
        let known = [("$name", &self.name), ("$post", &self.post), ("$label", &self.label)];
        let text = known.iter().fold(template.to_string(), |text, (place, value)| text.replace(place, value));
        serde_json::from_str(&text).unwrap()
    }
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("{thing} has no id")).to_owned()
}

#[tokio::test]
async fn every_operation_answers_everybody_as_it_should() {
    let shared = TestApp::new().await;
    let described = Described::by(&shared).await;
    let mut unknown: Vec<String> = described.operations().into_iter().map(|operation| operation.name).collect();
    let mut wrong = Vec::new();
    let shared = World::new(&shared).await;
    for row in table() {
        let Some(known) = unknown.iter().position(|operation| operation == row.operation) else {
            wrong.push(format!("{}: is not in the document", row.operation));
            continue;
        };
        unknown.swap_remove(known);
        let app;
        let own;
        let world = match row.settings {
            Some(settings) => {
                app = TestApp::with(settings).await;
                own = World::new(&app).await;
                &own
            }
            None => &shared,
        };
        let mut is_recorded = row.is_quiet;
        for (who, expected) in EVERYBODY.into_iter().zip(row.answers) {
            let reply;
            if row.is_the_end {
                let app = TestApp::new().await;
                let world = World::new(&app).await;
                reply = world.call(who, &row, &world.fresh(row.operation).await).await;
                is_recorded = is_recorded || (reply.status.is_success() && world.recorded(&reply).await);
            } else {
                let fresh = world.fresh(row.operation).await;
                reply = world.call(who, &row, &fresh).await;
                is_recorded = is_recorded || (reply.status.is_success() && world.recorded(&reply).await);
                world.clear(&fresh).await;
            }
            let is_right = match expected {
                OK => reply.status.is_success(),
                status => reply.status.as_u16() == status,
            };
            wrong.extend(described.surprises(row.operation, &reply));
            if !is_right {
                let got = reply.status.as_u16();
                wrong.push(format!("{}: {who:?} got {got}, not {expected}: {}", row.operation, reply.body));
            }
        }
        if !is_recorded {
            wrong.push(format!("{}: leaves no record in the audit log", row.operation));
        }
    }
    wrong.extend(unknown.into_iter().map(|operation| format!("{operation}: has no line in the table")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
