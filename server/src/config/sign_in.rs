//! How people sign in: by a password, by an OpenID provider, or by a proxy in front.

use super::values::{Parsed, on_off};
use super::{Networks, SecretText};
use std::ops::Deref;
use url::Url;

/// How people sign in.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Signing in")]
pub struct SignIn {
    /// Whether people sign up and in by a password: on or off
    #[arg(long, env = "PASSWORD_LOGIN", default_value = "on", value_parser = on_off, action = clap::ArgAction::Set)]
    pub password_login: bool,
    /// URL of an OpenID provider by which people sign in; what is called /.well-known/openid-configuration is found under it
    #[arg(long, env = "OIDC_ISSUER_URL", default_value = "", hide_default_value = true, value_parser = issuer)]
    oidc_issuer_url: String,
    /// What the provider calls this instance. It leads back to PUBLIC_URL/login/company/callback
    #[arg(long, env = "OIDC_CLIENT_ID", default_value = "", hide_default_value = true)]
    oidc_client_id: String,
    /// The secret that the provider gave to this instance, if it gave any
    #[arg(long, env = "OIDC_CLIENT_SECRET", value_parser = secret)]
    oidc_client_secret: Option<SecretText>,
    /// What the provider is asked for beside openid, separated by blanks
    #[arg(long, env = "OIDC_SCOPES", default_value = "profile")]
    pub oidc_scopes: String,
    /// The claim of the ID token that lists a person's groups; dots lead into objects
    #[arg(long, env = "OIDC_GROUPS_CLAIM", default_value = "groups")]
    pub oidc_groups_claim: String,
    /// Groups whose people are administrators as long as they are in them; without it the provider says nothing of that
    #[arg(long, env = "OIDC_ADMIN_GROUPS", default_value = "", hide_default_value = true, value_parser = Groups::parse)]
    pub oidc_admin_groups: Groups,
    /// Groups whose people may come in; all people of the provider without it
    #[arg(long, env = "OIDC_ALLOWED_GROUPS", default_value = "", hide_default_value = true, value_parser = Groups::parse)]
    pub oidc_allowed_groups: Groups,
    /// What the button on the sign-in page says after "Sign in with"
    #[arg(long, env = "OIDC_NAME", default_value = "your company account")]
    pub oidc_name: String,
    /// Whether a proxy in front says who asks, in X-Forwarded-User, as OpenShift's oauth-proxy does: on or off
    #[arg(long, env = "AUTH_PROXY", default_value = "off", value_parser = on_off, action = clap::ArgAction::Set)]
    pub auth_proxy: bool,
    /// Addresses or networks of that proxy, separated by commas; everybody else's word is ignored
    #[arg(long, env = "AUTH_PROXY_ADDRESSES", default_value = "", hide_default_value = true, value_parser = Networks::parse)]
    pub auth_proxy_addresses: Networks,
    /// Groups in X-Forwarded-Groups whose people are administrators as long as they are in them
    #[arg(long, env = "AUTH_PROXY_ADMIN_GROUPS", default_value = "", hide_default_value = true, value_parser = Groups::parse)]
    pub auth_proxy_admin_groups: Groups,
    /// Groups whose people may come in; all that the proxy lets through without it
    #[arg(long, env = "AUTH_PROXY_ALLOWED_GROUPS", default_value = "", hide_default_value = true, value_parser = Groups::parse)]
    pub auth_proxy_allowed_groups: Groups,
    /// Where the proxy signs people out
    #[arg(long, env = "AUTH_PROXY_SIGN_OUT", default_value = "/oauth/sign_out")]
    pub auth_proxy_sign_out: String,
}

impl SignIn {
    /// The OpenID provider, if there is one.
    pub fn issuer(&self) -> Option<&str> {
        Some(self.oidc_issuer_url.as_str()).filter(|url| !url.is_empty())
    }

    /// What the provider calls this instance.
    pub fn client_id(&self) -> &str {
        &self.oidc_client_id
    }

    /// What this instance shows the provider.
    pub fn client_secret(&self) -> Option<&str> {
        self.oidc_client_secret.as_ref().map(SecretText::expose).filter(|secret| !secret.is_empty())
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.issuer().is_some() && self.oidc_client_id.is_empty() {
            problems.push("OIDC_CLIENT_ID: is needed with OIDC_ISSUER_URL".to_owned());
        }
        if self.auth_proxy && self.auth_proxy_addresses.is_empty() {
            problems.push("AUTH_PROXY: is on, and AUTH_PROXY_ADDRESSES names no proxy to believe".to_owned());
        }
        if !self.password_login && self.issuer().is_none() && !self.auth_proxy {
            problems.push("PASSWORD_LOGIN: is off, and there is neither OIDC_ISSUER_URL nor AUTH_PROXY".to_owned());
        }
        problems
    }
}

/// Names of groups. With a semicolon among them these part them, else commas do: names of directories hold commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups(Vec<String>);

impl Groups {
    fn parse(raw: &str) -> Parsed<Self> {
        let mark = if raw.contains(';') { ';' } else { ',' };
        Ok(Self(raw.split(mark).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()))
    }

    /// Whether one of these groups is among `groups`.
    pub fn meet(&self, groups: &[String]) -> bool {
        self.iter().any(|name| groups.contains(name))
    }
}

impl Deref for Groups {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// An empty value is the same as none.
fn issuer(raw: &str) -> Parsed<String> {
    if raw.is_empty() {
        return Ok(String::new());
    }
    let url = Url::parse(raw).map_err(|_e| format!("{raw:?} is not a URL such as https://sso.example/realms/all"))?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    match url.scheme() {
        "http" | "https" if is_plain && url.fragment().is_none() => Ok(raw.to_owned()),
        "http" | "https" => Err(format!("{raw:?} must end after its path")),
        _ => Err(format!("{raw:?} must start with http:// or https://")),
    }
}

fn secret(raw: &str) -> Parsed<SecretText> {
    Ok(SecretText::new(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_may_have_commas_in_their_names() {
        let groups = |raw| Groups::parse(raw).map(|groups| groups.0);
        assert_eq!(groups(""), Ok(vec![]));
        assert_eq!(groups(" a, b,"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(groups("cn=a,dc=x; cn=b,dc=x"), Ok(vec!["cn=a,dc=x".to_owned(), "cn=b,dc=x".to_owned()]));
        assert_eq!(groups("cn=a,dc=x;"), Ok(vec!["cn=a,dc=x".to_owned()]));
    }
}
