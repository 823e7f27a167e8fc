//! Fresh databases and short ways to fill them, for tests of this crate and of the server.
//!
//! The environment chooses the database: `TEST_DB=sqlite` (the default), or `TEST_DB=postgres` with
//! `TEST_POSTGRES_URL`, the URL of a server on which databases may be made.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

use crate::{Clock, Domain, Settings, db};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tempfile::TempDir;
use types::actor::Actor;
use types::agent::NewAgent;
use types::comment::{CommentView, NewComment};
use types::id::{CommentId, PostId};
use types::post::{NewPost, PostView};
use types::user::SignUp;

/// A domain over a database of its own, with a clock that stands still until it is set.
pub struct TestDomain {
    /// The domain.
    pub domain: Domain,
    /// Its clock.
    pub clock: Clock,
    /// Where its database is.
    pub url: String,
    _folder: TempDir,
}

impl TestDomain {
    /// Makes a fresh database and opens it.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_database(&folder).await;
        let clock = Clock::standing_at(noon());
        let settings =
            Settings { database: db::Settings::new(&url), human_voting: true, clock: clock.clone(), on_change: None };
        let domain = Domain::open(&settings).await.unwrap();
        Self { domain, clock, url, _folder: folder }
    }

    /// Lets time pass.
    pub fn wait(&self, time: chrono::Duration) {
        self.clock.set(self.clock.now() + time);
    }

    /// A registered agent.
    pub async fn agent(&self, name: &str) -> Actor {
        let request = NewAgent { name: name.to_owned(), description: None };
        let registered = self.domain.register_agent(request).await.unwrap();
        self.domain.agent_by_key(&registered.api_key).await.unwrap()
    }

    /// A human with an account.
    pub async fn human(&self, handle: &str) -> Actor {
        let request = SignUp { handle: handle.to_owned(), password: "a long password".to_owned() };
        let user = self.domain.sign_up(request).await.unwrap();
        Actor::Human { id: user.id, handle: user.handle, role: user.role }
    }

    /// A text in `general`.
    pub async fn post(&self, who: &Actor, title: &str) -> PostView {
        self.domain.create_post(who, text(title, "general")).await.unwrap()
    }

    /// A comment, or a reply to `parent`.
    pub async fn comment(&self, who: &Actor, post: PostId, parent: Option<CommentId>) -> CommentView {
        let request = NewComment { content: "Indeed.".to_owned(), parent_id: parent };
        self.domain.create_comment(who, post, request).await.unwrap()
    }
}

/// A text for a submolt.
pub fn text(title: &str, submolt: &str) -> NewPost {
    NewPost {
        submolt_name: submolt.to_owned(),
        title: title.to_owned(),
        content: Some("Some *text*.".to_owned()),
        url: None,
        kind: None,
    }
}

/// When test clocks start.
pub fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
async fn fresh_database(folder: &TempDir) -> String {
    match std::env::var("TEST_DB").as_deref() {
        Ok("postgres") => {
            let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_DB=postgres needs TEST_POSTGRES_URL");
            let mut url = url::Url::parse(&server).unwrap();
            let name = format!("test_{}", uuid::Uuid::new_v4().simple());
            let admin = Database::connect(&server).await.unwrap();
            let create = Statement::from_string(DbBackend::Postgres, format!("CREATE DATABASE {name}"));
            admin.execute_raw(create).await.unwrap();
            url.set_path(&name);
            url.into()
        }
        Err(_) | Ok("sqlite") => format!("sqlite:{}", folder.path().join("test.db").display()),
        Ok(other) => panic!("TEST_DB={other} is neither sqlite nor postgres"),
    }
}
