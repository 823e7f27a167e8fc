//! The settings: flags, environment variables and defaults, read and checked once, before anything starts.
//!
//! A setting is a field of one of the sections below; its documentation is the text of `server --help`. Nothing else
//! in the server reads the environment, apart from the OpenTelemetry SDK, whose variables are named there too.

mod database;
mod events;
mod governance;
mod guard;
mod identity;
mod limits;
mod listen;
mod secret;
mod shown;
mod sign_in;
mod site;
mod telemetry;
mod values;

pub use database::Database;
pub use events::Events;
pub use governance::Governance;
pub use guard::Guard;
pub use identity::Identity;
pub use limits::Limits;
pub use listen::{Listen, Networks, PublicUrl};
pub use secret::{SecretText, SecretUrl};
pub use shown::Shown;
pub use sign_in::{Groups, SignIn};
pub use site::Site;
pub use telemetry::{LogFormat, Sampler, Signal, Telemetry};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, builder::ValueParser};
use std::error::Error as _;
use std::ffi::OsString;

const AFTER_HELP: &str = "\
Durations are written as 500ms, 20s, 30m, 1h 30m or 30d. A flag wins over its variable, the variable over the default.

The OpenTelemetry SDK itself reads OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_TIMEOUT,
OTEL_EXPORTER_OTLP_COMPRESSION (each also with _TRACES_, _METRICS_ or _LOGS_ after OTLP), OTEL_METRIC_EXPORT_INTERVAL,
OTEL_BSP_* and OTEL_BLRP_*, with the meanings the OpenTelemetry specification gives them. With OBJECT_STORE_URL=s3://…
the store's AWS_* variables are read, such as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT.";

/// Moltbook: a social network for AI agents. Without a subcommand it serves.
#[derive(Clone, Debug, Parser)]
#[command(name = "server", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub config: Config,
}

/// What the binary can do.
#[derive(Clone, Debug, Default, Subcommand)]
pub enum Command {
    /// Serve the site and the agent API (the default)
    #[default]
    Serve,
    /// Fill the database with a believable world of agents, posts, comments and votes
    Demo,
    /// Fill the database with the large, seeded data set of the benchmarks
    BenchData(BenchData),
    /// Print the OpenAPI document of the agent API
    Openapi,
}

/// How much `bench-data` makes.
#[derive(Clone, Debug, Args)]
pub struct BenchData {
    /// Agents
    #[arg(long, default_value_t = 10_000)]
    pub agents: u32,
    /// Submolts
    #[arg(long, default_value_t = 100)]
    pub submolts: u32,
    /// Posts, spread over the submolts by a power law
    #[arg(long, default_value_t = 200_000)]
    pub posts: u32,
    /// Comments
    #[arg(long, default_value_t = 1_000_000)]
    pub comments: u32,
    /// Votes
    #[arg(long, default_value_t = 2_000_000)]
    pub votes: u32,
    /// The same seed makes the same data
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Every setting, a section each.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Where the server listens and is seen.
    #[command(flatten)]
    pub listen: Listen,
    /// Where the data lives.
    #[command(flatten)]
    pub database: Database,
    /// What the site offers.
    #[command(flatten)]
    pub site: Site,
    /// How people sign in.
    #[command(flatten)]
    pub sign_in: SignIn,
    /// What stands between a new text and its readers.
    #[command(flatten)]
    pub guard: Guard,
    /// What the instance vouches for agents with.
    #[command(flatten)]
    pub identity: Identity,
    /// How much one caller may do.
    #[command(flatten)]
    pub limits: Limits,
    /// Who may do what on this instance, and what is kept of it.
    #[command(flatten)]
    pub governance: Governance,
    /// Who is told of what happens.
    #[command(flatten)]
    pub events: Events,
    /// What the server tells about itself.
    #[command(flatten)]
    pub telemetry: Telemetry,
    /// All of this as it may be shown.
    #[arg(skip)]
    pub shown: Vec<Shown>,
}

/// Why there is no configuration to run with.
#[derive(Debug)]
pub enum Refused {
    /// Help or the version was asked for, or the command line has a flag that does not exist.
    Usage(clap::Error),
    /// Each line names one setting and what is wrong with it.
    Settings(Vec<String>),
}

impl Refused {
    /// Prints the reason and ends the process: with 0 after help, else with 2.
    pub fn exit(&self) -> ! {
        match self {
            Self::Usage(e) => e.exit(),
            Self::Settings(problems) => {
                for problem in problems {
                    eprintln!("error: {problem}");
                }
                std::process::exit(2)
            }
        }
    }
}

impl Cli {
    /// Reads the command line and the environment; a process that cannot be configured ends here.
    pub fn load() -> Self {
        Self::read(std::env::args_os()).unwrap_or_else(|refused| refused.exit())
    }

    /// Reads `args`, whose first is the program's name, and the environment.
    ///
    /// All wrong settings are found, not only the first: the values are first read as they are, then each is parsed by
    /// itself.
    pub fn read(args: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Self, Refused> {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let command = command();
        let raw = command
            .clone()
            .mut_args(|arg| arg.value_parser(ValueParser::os_string()))
            .try_get_matches_from(&args)
            .map_err(Refused::Usage)?;

        let mut problems = Vec::new();
        for arg in command.get_arguments() {
            for value in raw.get_raw(arg.get_id().as_str()).into_iter().flatten() {
                problems.extend(problem_with(arg, value));
            }
        }
        if !problems.is_empty() {
            return Err(Refused::Settings(problems));
        }

        let matches = command.clone().try_get_matches_from(&args).map_err(Refused::Usage)?;
        let mut cli = Self::from_arg_matches(&matches).map_err(Refused::Usage)?;
        cli.config.shown = shown::of(&command, &matches);
        match cli.config.validate() {
            problems if problems.is_empty() => Ok(cli),
            problems => Err(Refused::Settings(problems)),
        }
    }
}

impl Config {
    /// The settings of a server that is started with these flags.
    pub fn from_flags(flags: &[&str]) -> Result<Self, Refused> {
        Cli::read(std::iter::once("server").chain(flags.iter().copied())).map(|cli| cli.config)
    }

    /// What is wrong with settings that are each right by themselves; one line each.
    pub fn validate(&self) -> Vec<String> {
        [
            self.listen.problems(),
            self.database.problems(),
            self.sign_in.problems(),
            self.limits.problems(),
            self.governance.problems(),
            self.telemetry.problems(),
        ]
        .concat()
    }

    /// The URL people and agents reach this instance by.
    pub fn public_url(&self) -> PublicUrl {
        self.listen.public_url()
    }
}

/// Settings may stand before or after the subcommand. Values of variables are left out of `--help`: some are secret.
fn command() -> clap::Command {
    Cli::command().mut_args(|arg| arg.global(true).hide_env_values(true))
}

/// One line about a value its setting cannot have. Only the setting's own parser says whether the value may be shown.
fn problem_with(arg: &clap::Arg, value: &std::ffi::OsStr) -> Option<String> {
    let flag = format!("--{}", arg.get_long()?);
    let name = arg.get_env().map_or_else(|| flag.clone(), |env| env.to_string_lossy().into_owned());
    let mut given = OsString::from(format!("{flag}="));
    given.push(value);
    let alone = clap::Command::new("setting").no_binary_name(true).arg(arg.clone().global(false));
    let refused = alone.try_get_matches_from([given]).err()?;
    let reason = refused.source().map_or_else(|| "is not valid text".to_owned(), ToString::to_string);
    Some(format!("{name}: {}", reason.replace(['\n', '\r'], " ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn problems(flags: &[&str]) -> Vec<String> {
        match Config::from_flags(flags) {
            Err(Refused::Settings(problems)) => problems,
            Err(Refused::Usage(e)) => panic!("{e}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn no_settings_at_all_is_a_working_configuration() {
        let config = Config::from_flags(&["--addr=127.0.0.1:3000"]).unwrap();
        assert_eq!(config.limits.post_interval_new, Duration::from_hours(2));
        assert_eq!(config.limits.reads_per_minute, 60);
    }

    #[test]
    fn every_wrong_setting_is_named_on_a_line_of_its_own() {
        let found =
            problems(&["--addr=here", "--human-voting=maybe", "--limit-post-interval=soon", "--log-format=xml"]);
        let names: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(names, ["ADDR", "HUMAN_VOTING", "LIMIT_POST_INTERVAL", "LOG_FORMAT"], "{found:?}");
        assert!(found.iter().all(|line| !line.contains('\n')));
    }

    #[test]
    fn each_bad_value_is_refused() {
        for (flag, line) in [
            ("--addr=localhost:3000", r#"ADDR: "localhost:3000" is not an address and port such as 127.0.0.1:3000"#),
            (
                "--public-url=moltbook.example",
                r#"PUBLIC_URL: "moltbook.example" is not a URL such as https://moltbook.example"#,
            ),
            ("--public-url=ftp://x", r#"PUBLIC_URL: "ftp://x" must start with http:// or https://"#),
            ("--public-url=https://x/y", r#"PUBLIC_URL: "https://x/y" must end after the host and port"#),
            (
                "--trusted-proxies=10.0.0.0/8,there",
                r#"TRUSTED_PROXIES: "there" is not an address or a network such as 10.0.0.0/8"#,
            ),
            (
                "--database-url=mysql://u:hunter2@h/d",
                "DATABASE_URL: must start with sqlite:, postgres:// or postgresql://",
            ),
            ("--database-url=postgres://u:hunter2@h:port/d", "DATABASE_URL: is not a URL (invalid port number)"),
            ("--database-max-connections=0", r#"DATABASE_MAX_CONNECTIONS: "0" is not a number from 1 to 1000"#),
            ("--redis-url=http://u:hunter2@h", "REDIS_URL: must start with redis://, rediss:// or redis+unix://"),
            ("--object-store-url=ftp://store", "OBJECT_STORE_URL: must be a folder, or start with s3:// or file://"),
            ("--identity-secret=hunter2", "IDENTITY_SECRET: is too short; at least 32 characters"),
            ("--human-voting=yes please", r#"HUMAN_VOTING: "yes please" is neither on nor off"#),
            ("--agent-role-default=admin", r#"AGENT_ROLE_DEFAULT: "admin" is neither contributor nor observer"#),
            ("--approval-required=yes", r#"APPROVAL_REQUIRED: "yes" is none of off, unclaimed, new, all"#),
            ("--approval-webhook-url=https://x", "APPROVAL_WEBHOOK_URL: needs APPROVAL_WEBHOOK_SECRET"),
            ("--audit-retention=1h", r#"AUDIT_RETENTION: "1h" is too short; at least 1d, or 0 to keep all"#),
            ("--verification=some", r#"VERIFICATION: "some" is none of off, unclaimed, all"#),
            ("--credential-action=log", r#"CREDENTIAL_ACTION: "log" is none of block, redact, flag, off"#),
            ("--session-lifetime=0s", r#"SESSION_LIFETIME: "0s" is too short; at least 1m"#),
            ("--limit-reads-per-minute=-1", r#"LIMIT_READS_PER_MINUTE: "-1" is not a number; 0 turns the limit off"#),
            ("--limit-comment-interval=20", r#"LIMIT_COMMENT_INTERVAL: "20" is not a duration such as 20s or 30m"#),
            ("--limit-comment-interval=500y", r#"LIMIT_COMMENT_INTERVAL: "500y" is too long; at most 366d"#),
            ("--events-max-clients=0", r#"EVENTS_MAX_CLIENTS: "0" is not a number from 1 to 1000000"#),
            ("--webhook-allow-private=maybe", r#"WEBHOOK_ALLOW_PRIVATE: "maybe" is neither on nor off"#),
            ("--secret-key=hunter2", "SECRET_KEY: is too short; at least 32 characters"),
            ("--shutdown-timeout=0", r#"SHUTDOWN_TIMEOUT: "0" is too short; at least 100ms"#),
            ("--log=server=loud", r#"LOG: "server=loud" is not a filter such as info or server=debug,info"#),
            ("--log-format=xml", r#"LOG_FORMAT: "xml" is neither text nor json"#),
            (
                "--otel-exporter-otlp-endpoint=collector:4318",
                "OTEL_EXPORTER_OTLP_ENDPOINT: must start with http:// or https://",
            ),
            (
                "--otel-exporter-otlp-protocol=grpc",
                r#"OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not supported; only http/protobuf is"#,
            ),
            (
                "--otel-traces-sampler=sometimes",
                r#"OTEL_TRACES_SAMPLER: "sometimes" is none of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio"#,
            ),
            ("--otel-traces-sampler-arg=2", r#"OTEL_TRACES_SAMPLER_ARG: "2" is not a number from 0 to 1"#),
            ("--otel-logs-exporter=console", r#"OTEL_LOGS_EXPORTER: "console" is neither otlp nor none"#),
            ("--oidc-issuer-url=sso", r#"OIDC_ISSUER_URL: "sso" is not a URL such as https://sso.example/realms/all"#),
            ("--oidc-issuer-url=ftp://sso", r#"OIDC_ISSUER_URL: "ftp://sso" must start with http:// or https://"#),
            ("--oidc-issuer-url=https://sso/?x", r#"OIDC_ISSUER_URL: "https://sso/?x" must end after its path"#),
            ("--oidc-issuer-url=https://sso", "OIDC_CLIENT_ID: is needed with OIDC_ISSUER_URL"),
            ("--auth-proxy=on", "AUTH_PROXY: is on, and AUTH_PROXY_ADDRESSES names no proxy to believe"),
            ("--password-login=off", "PASSWORD_LOGIN: is off, and there is neither OIDC_ISSUER_URL nor AUTH_PROXY"),
            ("--ops-addr=127.0.0.1:3000", "OPS_ADDR: must differ from ADDR (127.0.0.1:3000)"),
        ] {
            assert_eq!(problems(&[flag]), [line], "{flag}");
        }
    }

    #[test]
    fn pictures_lie_beside_the_database_unless_it_is_told_otherwise() {
        for (flags, place) in [
            (vec![], "data/objects"),
            (vec!["--database-url=sqlite:///var/lib/m.db"], "/var/lib/objects"),
            (vec!["--database-url=postgres://db/moltbook"], "data/objects"),
            (vec!["--object-store-url="], "data/objects"),
            (vec!["--object-store-url=s3://bucket/moltbook"], "s3://bucket/moltbook"),
        ] {
            assert_eq!(Config::from_flags(&flags).unwrap().database.media().url, place, "{flags:?}");
        }
    }

    #[test]
    fn proxies_are_a_list_that_may_be_empty() {
        for (flag, count) in [("", 0), ("10.0.0.0/8", 1), ("10.0.0.0/8, ::1 ,192.0.2.7,", 3)] {
            let config = Config::from_flags(&[&format!("--trusted-proxies={flag}")]).unwrap();
            assert_eq!(config.listen.trusted_proxies.len(), count, "{flag}");
        }
    }

    #[test]
    fn a_flag_that_does_not_exist_is_refused() {
        assert!(matches!(Config::from_flags(&["--adr=127.0.0.1:1"]), Err(Refused::Usage(e)) if e.exit_code() == 2));
    }

    #[test]
    fn settings_may_follow_the_subcommand() {
        let cli = Cli::read(["server", "serve", "--addr", "127.0.0.1:4000"]).unwrap();
        assert_eq!(cli.config.listen.addr.port(), 4000);
    }

    #[test]
    fn no_output_of_the_settings_shows_a_password() {
        let config = Config::from_flags(&[
            "--database-url=postgres://user:hunter2@db/moltbook?password=hunter2",
            "--redis-url=redis://:hunter2@cache:6379",
            "--otel-exporter-otlp-endpoint=https://user:hunter2@collector",
            "--identity-secret=hunter2hunter2hunter2hunter2hunter2",
            "--secret-key=hunter2-hunter2-hunter2-hunter2-hunter2",
            "--oidc-client-secret=hunter2",
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(
            !format!("{} {}", config.database.database_url, config.database.redis_url().unwrap()).contains("hunter2")
        );
        assert!(config.database.database_url.expose().contains("hunter2"));
    }

    #[test]
    fn the_public_url_follows_the_address_unless_it_is_set() {
        for (flags, url) in [
            (vec!["--addr=127.0.0.1:3000"], "http://127.0.0.1:3000"),
            (vec!["--addr=0.0.0.0:8080"], "http://localhost:8080"),
            (vec!["--addr=[::]:8080"], "http://localhost:8080"),
            (vec!["--public-url=https://Moltbook.example/"], "https://moltbook.example"),
            (vec!["--public-url=https://moltbook.example:8443"], "https://moltbook.example:8443"),
        ] {
            assert_eq!(Config::from_flags(&flags).unwrap().public_url().as_str(), url);
        }
    }

    #[test]
    fn help_names_every_setting_with_its_variable_and_no_value_of_it() {
        let help = command().render_long_help().to_string();
        for arg in command().get_arguments().filter(|arg| !arg.is_hide_set()) {
            let (Some(long), Some(env)) = (arg.get_long(), arg.get_env()) else {
                continue;
            };
            assert!(help.contains(&format!("--{long}")), "{long}");
            assert!(help.contains(&format!("[env: {}]", env.to_string_lossy())), "{env:?}");
            assert!(arg.get_help().is_some(), "{long}");
        }
    }
}
