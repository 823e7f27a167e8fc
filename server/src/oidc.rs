//! Signing in by an OpenID provider: the authorization code flow with PKCE, `state` and `nonce`.
//!
//! The provider is asked about itself when somebody signs in for the first time, and again when what is known is old or a
//! key is missing; so a provider that is away keeps nothing from starting. What is on its way is in the session of the browser
//! that began it, and is taken out before anything is looked at: an answer is good once.

use crate::config::{Groups, PublicUrl, SignIn};
use chrono::{DateTime, Utc};
use domain::Domain;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;
use types::actor::UserRole;
use types::user::Vouched;

/// Where the provider leads back to.
pub const CALLBACK: &str = "/login/company/callback";
/// How long a provider may take for one conversation.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what a provider says of itself is believed.
const KNOWN_FOR: chrono::Duration = chrono::Duration::hours(1);
/// How soon it is asked again for a key that is missing: strangers can name keys that never were.
const ASK_AGAIN_AFTER: chrono::Duration = chrono::Duration::seconds(10);
/// How long somebody may take at the provider.
const BEGUN_FOR: chrono::Duration = chrono::Duration::minutes(10);
/// The largest answer of a provider that is read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Signatures that need the provider's private key. One made with the client's secret, or none at all, is refused.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type OidcClient = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What an ID token says beyond what all say.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Claims {}

/// Why somebody does not come in. What is shown to them says no more than they can use.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The provider does not answer, or not as one.
    #[error("the sign-in service does not answer")]
    Away(#[source] anyhow::Error),
    /// This browser did not begin it, or too long ago, or it is over.
    #[error("this sign-in was not begun here, or is over")]
    NotBegun,
    /// The person or the provider said no.
    #[error("the sign-in service refused")]
    Denied(String),
    /// The provider's answer does not hold.
    #[error("the answer of the sign-in service does not hold")]
    Unproven(#[source] anyhow::Error),
    /// Who it is is known, and that they may not come in.
    #[error("you are in no group that may come in here")]
    NotAllowed,
    /// As the domain says.
    #[error(transparent)]
    Domain(#[from] domain::Error),
}

/// A sign-in on its way, in the session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    /// Where the person wanted to go.
    pub next: String,
    at: DateTime<Utc>,
}

/// What the provider sends the browser back with.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// The provider of this instance. Clones share what is known of it.
#[derive(Clone)]
pub struct Oidc(Arc<Inner>);

struct Inner {
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    scopes: Vec<String>,
    groups_claim: String,
    admins: Groups,
    allowed: Groups,
    callback: String,
    domain: Domain,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    provider: Arc<CoreProviderMetadata>,
    http: reqwest::Client,
    since: DateTime<Utc>,
}

impl Oidc {
    /// The provider of the settings, if there is one. It is not asked for anything yet.
    pub fn new(settings: &SignIn, public_url: &PublicUrl, domain: Domain) -> Option<Self> {
        let inner = Inner {
            issuer: settings.issuer()?.to_owned(),
            client_id: settings.client_id().to_owned(),
            client_secret: settings.client_secret().map(str::to_owned),
            scopes: settings.oidc_scopes.split_whitespace().map(str::to_owned).collect(),
            groups_claim: settings.oidc_groups_claim.clone(),
            admins: settings.oidc_admin_groups.clone(),
            allowed: settings.oidc_allowed_groups.clone(),
            callback: format!("{public_url}{CALLBACK}"),
            domain,
            known: Mutex::default(),
        };
        Some(Self(Arc::new(inner)))
    }

    /// Begins a sign-in: what the session keeps, and where the browser goes.
    ///
    /// # Errors
    /// [`Refused::Away`] if the provider does not answer.
    pub async fn begin(&self, next: String) -> Result<(Begun, String), Refused> {
        let known = self.0.known(KNOWN_FOR).await?;
        let client = self.0.client(&known)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in &self.0.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next,
            at: self.0.domain.now(),
        };
        Ok((begun, url.into()))
    }

    /// Who came back, if the answer holds.
    ///
    /// # Errors
    /// One for each way in which it does not.
    pub async fn finish(&self, begun: Option<Begun>, answer: Answer) -> Result<Vouched, Refused> {
        let begun = begun.filter(|begun| begun.at + BEGUN_FOR > self.0.domain.now()).ok_or(Refused::NotBegun)?;
        // Digests: how far two of them agree says nothing about the rest.
        if Sha256::digest(&begun.state) != Sha256::digest(&answer.state) {
            return Err(Refused::NotBegun);
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code,
            (_, error) => return Err(Refused::Denied(error.unwrap_or_default())),
        };
        let known = self.0.known(KNOWN_FOR).await?;
        let client = self.0.client(&known)?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(away)?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier));
        let http = |request| send(known.http.clone(), request);
        let tokens = timeout(PATIENCE, exchange.request_async(&http)).await.map_err(away)?;
        let tokens = tokens.map_err(|e| Refused::Unproven(anyhow::Error::new(e)))?;
        let token = tokens.id_token().ok_or_else(|| Refused::Unproven(anyhow::anyhow!("there is no ID token")))?;
        let nonce = Nonce::new(begun.nonce);
        let claims = match token.claims(&self.0.verifier(&known.provider), &nonce) {
            Ok(claims) => claims,
            // The provider may have a new key since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let known = self.0.known(ASK_AGAIN_AFTER).await?;
                token.claims(&self.0.verifier(&known.provider), &nonce).map_err(|e| Refused::Unproven(e.into()))?
            }
            Err(e) => return Err(Refused::Unproven(e.into())),
        };
        let groups = groups(&claims.additional_claims().all, &self.0.groups_claim);
        if !self.0.allowed.is_empty() && !self.0.allowed.meet(&groups) {
            return Err(Refused::NotAllowed);
        }
        let is_admin = self.0.admins.meet(&groups);
        let role = if is_admin { UserRole::Admin } else { UserRole::Member };
        Ok(Vouched {
            issuer: self.0.issuer.clone(),
            subject: claims.subject().to_string(),
            name: claims.preferred_username().map(|name| name.to_string()),
            role: (!self.0.admins.is_empty()).then_some(role),
        })
    }
}

impl Inner {
    /// What the provider says of itself; asked anew if that is older than `at_most`.
    async fn known(&self, at_most: chrono::Duration) -> Result<Known, Refused> {
        // One asks, and all who come meanwhile get the answer.
        let mut known = self.known.lock().await;
        let now = self.domain.now();
        if let Some(known) = known.as_ref().filter(|known| now - known.since < at_most) {
            return Ok(known.clone());
        }
        let fresh = match timeout(PATIENCE, self.discover()).await {
            Ok(fresh) => fresh,
            Err(e) => Err(away(e)),
        };
        match (fresh, known.as_ref()) {
            (Ok(fresh), _) => Ok(known.insert(fresh).clone()),
            (Err(e), Some(old)) => {
                tracing::warn!(error = &e as &dyn std::error::Error, "The OpenID provider was not asked again: {e}");
                Ok(old.clone())
            }
            (Err(e), None) => Err(e),
        }
    }

    async fn discover(&self) -> Result<Known, Refused> {
        // A redirect could lead the client's secret to somebody else.
        let http = reqwest::Client::builder().redirect(Policy::none()).timeout(PATIENCE).build().map_err(away)?;
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(away)?;
        let fetch = |request| send(http.clone(), request);
        let provider = CoreProviderMetadata::discover_async(issuer, &fetch).await.map_err(away)?;
        Ok(Known { provider: Arc::new(provider), http: http.clone(), since: self.domain.now() })
    }

    fn client(&self, known: &Known) -> Result<OidcClient, Refused> {
        let provider = CoreProviderMetadata::clone(&known.provider);
        let methods = provider.token_endpoint_auth_methods_supported();
        // Without a word from the provider it is the former.
        let in_header = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth = if in_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let secret = self.client_secret.clone().map(ClientSecret::new);
        let callback = RedirectUrl::new(self.callback.clone()).map_err(away)?;
        let client = OidcClient::from_provider_metadata(provider, ClientId::new(self.client_id.clone()), secret);
        Ok(client.set_redirect_uri(callback).set_auth_type(auth))
    }

    /// Holds a token against the provider's keys, this instance and the time.
    fn verifier(&self, provider: &CoreProviderMetadata) -> CoreIdTokenVerifier<'_> {
        let client = ClientId::new(self.client_id.clone());
        CoreIdTokenVerifier::new_public_client(client, provider.issuer().clone(), provider.jwks().clone())
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(|| self.domain.now())
    }
}

fn away(e: impl Into<anyhow::Error>) -> Refused {
    Refused::Away(e.into())
}

/// Why a provider could not be heard.
#[derive(Debug, thiserror::Error)]
enum Unheard {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Malformed(#[from] http::Error),
    #[error("the answer is larger than it may be")]
    TooLarge,
}

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unheard> {
    let mut response = http.execute(request.try_into()?).await?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await? {
        if body.len() + part.len() > LARGEST {
            return Err(Unheard::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(answer.body(body)?)
}

/// The groups in a claim: a list of names, or one name. Keycloak, for one, puts roles into objects.
fn groups(claims: &Map<String, Value>, claim: &str) -> Vec<String> {
    let nested = || {
        let mut steps = claim.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    };
    match claims.get(claim).or_else(nested) {
        Some(Value::String(group)) => vec![group.clone()],
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_found_however_a_provider_lists_them() {
        let of = |claims: Value, claim: &str| groups(claims.as_object().unwrap(), claim);
        assert_eq!(of(json!({"groups": ["a", "b", 3]}), "groups"), ["a", "b"]);
        assert_eq!(of(json!({"groups": "a"}), "groups"), ["a"]);
        assert_eq!(of(json!({"realm_access": {"roles": ["a"]}}), "realm_access.roles"), ["a"]);
        assert_eq!(of(json!({"https://x.example/groups": ["a"]}), "https://x.example/groups"), ["a"]);
        assert!(of(json!({"groups": {"a": true}}), "groups").is_empty());
        assert!(of(json!({}), "groups.a").is_empty());
    }
}
