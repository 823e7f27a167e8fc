//! Fresh databases and short ways to fill them, for tests of this crate and of the server.
//!
//! The environment chooses the database: `TEST_DB=sqlite` (the default), or `TEST_DB=postgres` with
//! `TEST_POSTGRES_URL`, the URL of a server on which databases may be made.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

use crate::guard::{ChallengePolicy, Screening};
use crate::{Clock, Domain, Registration, Settings, db, guard, media};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use types::actor::{Actor, AgentRole};
use types::agent::NewAgent;
use types::comment::{CommentView, NewComment};
use types::governance::Approval;
use types::id::{CommentId, PostId};
use types::post::{FeedFilter, FeedSort, NewPost, PostView};
use types::submolt::{NewSubmolt, SubmoltView};
use types::user::{RedeemLink, SignUp};
use types::warning::ContentWarning;

/// A domain over a database of its own, with a clock that stands still until it is set.
pub struct TestDomain {
    /// The domain.
    pub domain: Domain,
    /// Its clock.
    pub clock: Clock,
    /// Where its database is.
    pub url: String,
    settings: Settings,
    _folder: TempDir,
}

impl TestDomain {
    /// Makes a fresh database and opens it.
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// The same, with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_database(&folder).await;
        let clock = Clock::standing_at(noon());
        let mut settings = Settings {
            database: db::Settings::new(&url),
            media: media::Settings {
                url: folder.path().join("objects").to_string_lossy().into_owned(),
                options: Vec::new(),
            },
            public_url: "http://moltbook.test".to_owned(),
            identity_secret: Some("what all replicas of a test have in common".to_owned()),
            human_voting: true,
            agent_role: AgentRole::Contributor,
            password_sign_in: true,
            approval: Approval::Off,
            registration: Registration::Open,
            screening: Screening::default(),
            challenges: ChallengePolicy::Off,
            dm_min_age: std::time::Duration::from_secs(24 * 3600),
            secret_key: None,
            webhooks_to_private: false,
            clock: clock.clone(),
            on_change: None,
        };
        change(&mut settings);
        let domain = Domain::open(&settings).await.unwrap();
        Self { domain, clock, url, settings, _folder: folder }
    }

    /// Another server on the same data.
    pub async fn replica(&self) -> Domain {
        Domain::open(&self.settings).await.unwrap()
    }

    /// Another server on the same data, reached by another URL.
    pub async fn moved_to(&self, public_url: &str) -> Domain {
        let settings = Settings { public_url: public_url.to_owned(), ..self.settings.clone() };
        Domain::open(&settings).await.unwrap()
    }

    /// Lets time pass.
    pub fn wait(&self, time: chrono::Duration) {
        self.clock.set(self.clock.now() + time);
    }

    /// A registered agent.
    pub async fn agent(&self, name: &str) -> Actor {
        let request = NewAgent { name: name.to_owned(), description: None, invite_code: None };
        let registered = self.domain.register_agent(request).await.unwrap();
        self.domain.agent_by_key(&registered.api_key).await.unwrap()
    }

    /// An agent that a human has claimed, and its key.
    pub async fn agent_of(&self, owner: &Actor, name: &str) -> (Actor, String) {
        let request = NewAgent { name: name.to_owned(), description: None, invite_code: None };
        let registered = self.domain.register_agent(request).await.unwrap();
        let (token, code) = (registered.claim_token, registered.verification_code);
        self.domain.claim_agent(owner, &token, &code).await.unwrap();
        (self.domain.agent_by_key(&registered.api_key).await.unwrap(), registered.api_key)
    }

    /// A human with an account.
    pub async fn human(&self, handle: &str) -> Actor {
        let request = SignUp { handle: handle.to_owned(), password: "a long password".to_owned() };
        let user = self.domain.sign_up(request).await.unwrap();
        Actor::Human { id: user.id, handle: user.handle, role: user.role }
    }

    /// The first administrator.
    pub async fn admin(&self) -> Actor {
        let token = self.domain.first_admin_link().await.unwrap().expect("there is an administrator already");
        let request = RedeemLink { token, password: "a long password".to_owned() };
        let user = self.domain.redeem_sign_in_link(request).await.unwrap();
        Actor::Human { id: user.id, handle: user.handle, role: user.role }
    }

    /// Runs a statement behind the domain's back; says what went wrong.
    pub async fn run_sql(&self, sql: &str) -> Result<u64, String> {
        let database = connect(&self.url).await;
        let kind = if self.url.starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
        let done = database.execute_raw(Statement::from_string(kind, sql)).await;
        done.map(|done| done.rows_affected()).map_err(|e| e.to_string())
    }

    /// A submolt, owned by `who`.
    pub async fn submolt(&self, who: &Actor, name: &str) -> SubmoltView {
        self.domain.create_submolt(who, NewSubmolt { name: name.to_owned(), ..NewSubmolt::default() }).await.unwrap()
    }

    /// A submolt for members only.
    pub async fn private_submolt(&self, who: &Actor, name: &str) -> SubmoltView {
        let request = NewSubmolt { name: name.to_owned(), is_private: true, ..NewSubmolt::default() };
        self.domain.create_submolt(who, request).await.unwrap()
    }

    /// Every row of every table as text, bytes in hex.
    pub async fn dump(&self) -> Vec<String> {
        dump(&self.url).await
    }

    /// What readers are warned about a text.
    ///
    /// # Errors
    /// The credentials it would be refused for.
    pub fn screen(&self, text: &str) -> crate::Result<Vec<ContentWarning>> {
        Ok(guard::read_warnings(&self.domain.screen([Some(&mut text.to_owned())])?))
    }

    /// How the database would find the first page of an agent's feed.
    pub async fn feed_plan(&self, who: &Actor, sort: FeedSort, filter: FeedFilter) -> String {
        self.domain.feed_plan(who.agent_id().unwrap(), sort, filter).await.unwrap()
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

/// Every row of every table of the database at `url` as text, bytes in hex.
pub async fn dump(url: &str) -> Vec<String> {
    let database = connect(url).await;
    let is_sqlite = url.starts_with("sqlite");
    let kind = if is_sqlite { DbBackend::Sqlite } else { DbBackend::Postgres };
    let texts = async |sql: String| -> Vec<String> {
        let rows = database.query_all_raw(Statement::from_string(kind, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    };
    let tables = match is_sqlite {
        true => "SELECT name FROM sqlite_master WHERE type = 'table'",
        false => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
    };
    let mut rows = Vec::new();
    for table in texts(tables.to_owned()).await {
        let row = match is_sqlite {
            true => {
                let columns = texts(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || ' ' || ")
            }
            false => "t::text".to_owned(),
        };
        rows.extend(texts(format!("SELECT {row} FROM \"{table}\" AS t")).await);
    }
    rows
}

/// A connection of one's own, behind the domain's back: it can hold a transaction open.
pub struct Aside(DatabaseConnection, DbBackend);

impl Aside {
    /// To the database of a test.
    pub async fn of(test: &TestDomain) -> Self {
        let is_sqlite = test.url.starts_with("sqlite:");
        let mut options = ConnectOptions::new(test.url.replacen("sqlite:", "sqlite://", 1));
        options.max_connections(1);
        let backend = if is_sqlite { DbBackend::Sqlite } else { DbBackend::Postgres };
        Self(Database::connect(options).await.unwrap(), backend)
    }

    /// Runs a statement; says what went wrong.
    pub async fn run(&self, sql: &str) -> Result<u64, String> {
        let done = self.0.execute_raw(Statement::from_string(self.1, sql)).await;
        done.map(|done| done.rows_affected()).map_err(|e| e.to_string())
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

/// A small picture of one colour.
pub fn picture(colour: [u8; 3]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(8, 8, image::Rgb(colour));
    pixels.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(db::Dialect::of(url).unwrap().connection_url(url)).await.unwrap()
}

/// The answer to a challenge, found by reading it as its author would.
pub fn solve(challenge: &str) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let numbered = || SMALL.into_iter().zip(0..).chain(TENS.into_iter().zip((20..).step_by(10)));
    let plain = |word: &str| {
        let mut letters: Vec<char> =
            word.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
        letters.dedup();
        letters.into_iter().collect::<String>()
    };
    let words: Vec<String> = challenge.split_whitespace().map(plain).collect();
    let (mut numbers, mut open) = (Vec::<i64>::new(), false);
    for word in &words {
        let value = numbered().find(|(name, _)| plain(name) == *word).map(|(_, value)| value);
        match (value, numbers.last_mut()) {
            (Some(value), Some(last)) if open => *last += value,
            (Some(value), _) => numbers.push(value),
            (None, Some(last)) if open && word == "hundred" => *last *= 100,
            (None, _) => {}
        }
        open = value.is_some() || (open && word == "hundred");
    }
    let [a, b] = numbers[..] else { panic!("no two numbers in {challenge}: {numbers:?}") };
    let says = |any: &[&str]| words.iter().any(|word| any.iter().any(|one| plain(one) == *word));
    let hundredths = if says(&["evenly", "even", "equal", "equally"]) {
        a * 100 / b
    } else if says(&["each", "every", "times"]) {
        a * b * 100
    } else if says(&["slows", "takes", "away", "drops", "escape"]) {
        (a - b) * 100
    } else if says(&["speeds", "finds", "adds", "another", "additional"]) {
        (a + b) * 100
    } else {
        panic!("no operation in {challenge}")
    };
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
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
