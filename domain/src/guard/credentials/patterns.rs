//! What credentials look like: a type, an expression, and what else has to be true of what it finds.
//!
//! Where several fit at one place the first one counts, so the special ones stand before the general ones. The
//! expressions have no upper bounds where none is needed: they cost states, and a longer key is a key too.

/// What has to be true of a hit beyond the expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// It looks random, and not like an example.
    Random,
    /// Its password is not one of those that documentation uses.
    Password,
    /// A key follows, not only the line above one.
    PrivateKey,
    /// The hit is a name and a sign; what follows them looks like a secret.
    Assigned,
}

pub(super) struct Pattern {
    pub(super) kind: &'static str,
    pub(super) regex: &'static str,
    pub(super) check: Check,
}

/// The type of an assigned password, which people make shorter than machines make keys.
pub(super) const PASSWORD: &str = "password";

const fn random(kind: &'static str, regex: &'static str) -> Pattern {
    Pattern { kind, regex, check: Check::Random }
}

const fn checked(kind: &'static str, regex: &'static str, check: Check) -> Pattern {
    Pattern { kind, regex, check }
}

#[rustfmt::skip]
pub(super) const ALL: &[Pattern] = &[
    // Our own, of every kind there is.
    random("moltbook_key", r"(?-u:\b)moltbook_(?:sk_|claim_|link_|verify_|app_)?[A-Za-z0-9_-]{24,}"),
    random("moltbook_developer_key", r"(?-u:\b)moltdev_[A-Za-z0-9_-]{16,}"),
    // Models.
    random("anthropic_key", r"(?-u:\b)sk-ant-[A-Za-z0-9_-]{24,}"),
    random("openrouter_key", r"(?-u:\b)sk-or-(?:v1-)?[A-Za-z0-9]{32,}"),
    random("langfuse_key", r"(?-u:\b)sk-lf-[a-f0-9-]{32,}"),
    random("openai_key", r"(?-u:\b)sk-(?:proj|svcacct|admin|None|service)-[A-Za-z0-9_-]{20,}"),
    random("openai_key", r"(?-u:\b)sk-[A-Za-z0-9]{20,}"),
    random("huggingface_token", r"(?-u:\b)(?:hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,})"),
    random("groq_key", r"(?-u:\b)gsk_[A-Za-z0-9]{40,}"),
    random("xai_key", r"(?-u:\b)xai-[A-Za-z0-9]{60,}"),
    random("replicate_token", r"(?-u:\b)r8_[A-Za-z0-9]{37}"),
    random("perplexity_key", r"(?-u:\b)pplx-[A-Za-z0-9]{40,}"),
    random("langsmith_key", r"(?-u:\b)lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    // Clouds.
    random("aws_access_key_id", r"(?-u:\b)(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?-u:\b)"),
    random("google_api_key", r"(?-u:\b)AIza[A-Za-z0-9_-]{35}"),
    random("google_api_key", r"(?-u:\b)AQ\.Ab[A-Za-z0-9_-]{40,}"),
    random("google_oauth_token", r"(?-u:\b)ya29\.[A-Za-z0-9_-]{20,}"),
    random("google_oauth_secret", r"(?-u:\b)GOCSPX-[A-Za-z0-9_-]{20,}"),
    random("azure_storage_key", r"(?i-u:AccountKey)=[A-Za-z0-9+/]{80,}={0,2}"),
    random("azure_shared_access_key", r"(?i-u:SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}"),
    random("azure_sas_signature", r"[?&;](?:sig|amp;sig)=[A-Za-z0-9+/]{20,}[A-Za-z0-9+/%]{16,}={0,2}"),
    random("azure_client_secret", r"(?-u:\b)[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,}"),
    random("azure_devops_token", r"(?-u:\b)[A-Za-z0-9]{70,80}AZDO[A-Za-z0-9]{4}"),
    random("azure_function_key", r"(?-u:\b)[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{6,8}={0,2}"),
    random("digitalocean_token", r"(?-u:\b)do[opr]_v1_[a-f0-9]{60,}"),
    random("heroku_key", r"(?-u:\b)HRKU-[A-Za-z0-9_-]{36,}"),
    random("netlify_token", r"(?-u:\b)nf[pcou]_[A-Za-z0-9]{36,}"),
    random("flyio_token", r"(?-u:\b)fm[12][ar]?_[A-Za-z0-9+/=_-]{60,}"),
    random("supabase_key", r"(?-u:\b)sb(?:p|_secret)_[A-Za-z0-9_-]{30,}"),
    random("planetscale_token", r"(?-u:\b)pscale_(?:tkn|oauth|pw)_[A-Za-z0-9=._-]{32,}"),
    random("databricks_token", r"(?-u:\b)dapi[a-f0-9]{32}"),
    random("tailscale_key", r"(?-u:\b)tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}"),
    random("vault_token", r"(?-u:\b)hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    random("terraform_token", r"(?-u:\b)[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    random("pulumi_token", r"(?-u:\b)pul-[a-f0-9]{40}"),
    random("doppler_token", r"(?-u:\b)dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}"),
    random("onepassword_token", r"(?-u:\b)ops_eyJ[A-Za-z0-9_-]{50,}"),
    // Code and packages.
    random("github_token", r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{36,}"),
    random("github_token", r"(?-u:\b)github_pat_[A-Za-z0-9_]{40,}"),
    random("gitlab_token", r"(?-u:\b)gl(?:pat|ptt|dt|rt|rtr|cbt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_.-]{20,}"),
    random("gitlab_token", r"(?-u:\b)GR1348941[A-Za-z0-9_-]{20,}"),
    random("npm_token", r"(?-u:\b)npm_[A-Za-z0-9]{36,}"),
    random("pypi_token", r"(?-u:\b)pypi-[A-Za-z0-9_-]{50,}"),
    random("rubygems_key", r"(?-u:\b)rubygems_[a-f0-9]{40,}"),
    random("crates_io_token", r"(?-u:\b)cio[A-Za-z0-9]{32}(?-u:\b)"),
    random("docker_hub_token", r"(?-u:\b)dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}"),
    random("postman_key", r"(?-u:\b)PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    random("linear_key", r"(?-u:\b)lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    random("atlassian_token", r"(?-u:\b)ATATT3[A-Za-z0-9_=-]{100,}"),
    random("figma_token", r"(?-u:\b)fig[dou]_[A-Za-z0-9_-]{36,}"),
    random("airtable_token", r"(?-u:\b)pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    random("notion_token", r"(?-u:\b)(?:secret|ntn)_[A-Za-z0-9]{40,}"),
    random("sentry_token", r"(?-u:\b)sntry[su]_[A-Za-z0-9_=+/-]{40,}"),
    random("grafana_token", r"(?-u:\b)gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    random("newrelic_key", r"(?-u:\b)NRAK-[A-Z0-9]{27}"),
    // Talking and paying.
    random("slack_token", r"(?-u:\b)xox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9-]{16,}"),
    random("slack_token", r"(?-u:\b)xapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-f0-9]{20,}"),
    random("slack_webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/[A-Za-z0-9_-]{16,}"),
    random("discord_webhook", r"discord(?:app)?\.com/api/webhooks/[0-9]{16,20}/[A-Za-z0-9_-]{40,}"),
    random("discord_token", r"(?-u:\b)[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    random("telegram_bot_token", r"(?-u:\b)(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    random("stripe_key", r"(?-u:\b)(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}"),
    random("stripe_webhook_secret", r"(?-u:\b)whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    random("square_token", r"(?-u:\b)(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60,})"),
    random("shopify_token", r"(?-u:\b)shp(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{32}"),
    random("twilio_key", r"(?-u:\b)SK[0-9a-f]{32}(?-u:\b)"),
    random("sendgrid_key", r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,}"),
    random("mailgun_key", r"(?-u:\b)key-[0-9a-f]{32}(?-u:\b)"),
    random("mailchimp_key", r"(?-u:\b)[0-9a-f]{32}-us[0-9]{1,2}(?-u:\b)"),
    random("brevo_key", r"(?-u:\b)xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    random("resend_key", r"(?-u:\b)re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    // Forms that everybody uses.
    random("jwt", r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"),
    random("age_key", r"(?-u:\b)AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    checked("private_key", r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----", Check::PrivateKey),
    checked("database_url", r#"(?i-u:(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|cockroachdb|clickhouse|oracle|db2|neo4j|bolt|couchdb|cassandra|nats|ldaps?)(?:\+[a-z0-9]+)?)://[^\s:/@"'<>]*:[^\s/@"'<>]+@[^\s/@"'<>]+"#, Check::Password),
    checked("url_password", r#"(?i-u:https?|ftps?|sftp|ssh|smtps?|imaps?|wss?)://[^\s:/@"'<>]+:[^\s/@"'<>]+@[^\s/@"'<>]+"#, Check::Password),
    // Names that say that what is assigned to them is secret. `"`, `'` and `]` end a name in JSON and in code.
    checked("aws_secret_access_key", r#"(?i-u:aws_?-?secret_?-?(?:access_?-?)?key)["'\]]{0,2}[ \t]{0,8}(?:=>|:=|={1,2}|:)[ \t]{0,8}"#, Check::Assigned),
    checked("authorization_header", r#"(?i-u:authorization)["'\]]{0,2}[ \t]{0,8}[:=][ \t]{0,8}["']?(?i-u:bearer|basic|token)[ \t]{1,8}"#, Check::Assigned),
    checked(PASSWORD, r#"(?i-u:passw(?:or)?d|passphrase|pwd)(?:_?[0-9]{1,2})?["'\]]{0,2}[ \t]{0,8}(?:=>|:=|={1,2}|:)[ \t]{0,8}"#, Check::Assigned),
    checked("generic_secret", r#"(?i-u:api[_-]?key|apikey|(?:access|auth|private|secret|signing|encryption|master|account|session|shared|service)[_-]?key|secret|token|credential)(?i-u:_?(?:[0-9]{1,2}|prod|dev|live|staging|value|base64|b64))?["'\]]{0,2}[ \t]{0,8}(?:=>|:=|={1,2}|:)[ \t]{0,8}"#, Check::Assigned),
];
