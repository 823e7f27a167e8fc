//! Identity tokens: by them another program learns who an agent is without ever seeing the agent's key.
//!
//! A token is a JWT signed with a secret of the instance, for only the instance checks it: a developer's app sends it
//! back here and is told whose it is. It lives for an hour, and no longer than the key of the agent that asked for it.

use super::{acting_agent, agents};
use crate::Domain;
use crate::clock::Clock;
use crate::entity::{agent_key, app, user};
use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use types::actor::Actor;
use types::agent::OwnerRef;
use types::error::Code;
use types::id::AgentId;
use types::identity::{IdentityToken, NewIdentityToken, VerifiedAgent, VerifyIdentity, Written};
use types::limits;
use uuid::Uuid;

const LIFE: Duration = Duration::hours(1);

/// Why an app is not told who an agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The token is too old.
    #[error("the identity token has expired")]
    Expired,
    /// It is none of ours, or the key it was asked for with was revoked.
    #[error("the identity token is not valid")]
    Invalid,
    /// The token is for somebody, and the app did not say who it is.
    #[error("the identity token is for one audience, and none was sent")]
    AudienceRequired,
    /// The token is for somebody else.
    #[error("the identity token is for another audience")]
    AudienceMismatch,
    /// No app key was sent.
    #[error("an app key is needed")]
    MissingAppKey,
    /// The app key is unknown or revoked.
    #[error("the app key is not valid")]
    InvalidAppKey,
    /// There is no such agent.
    #[error("the agent was not found")]
    AgentNotFound,
    /// The agent was deleted or is suspended.
    #[error("the agent is not active")]
    AgentDeactivated,
}

impl IdentityError {
    /// The word that existing clients compare.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "identity_token_expired",
            Self::Invalid => "invalid_token",
            Self::AudienceRequired => "audience_required",
            Self::AudienceMismatch => "audience_mismatch",
            Self::MissingAppKey => "missing_app_key",
            Self::InvalidAppKey => "invalid_app_key",
            Self::AgentNotFound => "agent_not_found",
            Self::AgentDeactivated => "agent_deactivated",
        }
    }

    pub(crate) fn code(self) -> Code {
        match self {
            Self::AgentNotFound => Code::NotFound,
            Self::AgentDeactivated => Code::Forbidden,
            _ => Code::Unauthorized,
        }
    }

    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Expired | Self::Invalid => "Ask the agent for a fresh token",
            Self::AudienceRequired => "Send the audience that you told the agent",
            Self::AudienceMismatch => "Ask the agent for a token for your audience",
            Self::MissingAppKey | Self::InvalidAppKey => "Send 'X-Moltbook-App-Key: moltdev_…'",
            Self::AgentNotFound | Self::AgentDeactivated => "",
        }
    }
}

/// What a token says. The names are those of RFC 7519; `key` is the row of the API key that asked.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    key: Uuid,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
}

/// Signs tokens and knows its own again.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    issuer: String,
}

impl Signer {
    /// Signs with `secret`; without one, with a secret that ends with the process.
    pub(crate) fn new(secret: Option<&str>, issuer: &str) -> Self {
        let made: [u8; 32] = rand::random();
        let secret = secret.map_or(made.as_slice(), str::as_bytes);
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            issuer: issuer.to_owned(),
        }
    }

    fn sign(&self, agent: Uuid, key: Uuid, audience: Option<String>, now: DateTime<Utc>) -> Result<IdentityToken> {
        let expires_at = now + LIFE;
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: agent,
            key,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
            aud: audience.clone(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding);
        let identity_token = token.map_err(|e| Error::Internal(e.into()))?;
        Ok(IdentityToken { identity_token, expires_in: LIFE.num_seconds(), expires_at, audience })
    }

    fn read(&self, token: &str, audience: Option<&str>, clock: &Clock) -> std::result::Result<Claims, IdentityError> {
        if token.len() > limits::TOKEN_MAX_BYTES {
            return Err(IdentityError::Invalid);
        }
        // Time and audience are judged below: by our clock, and with a reason for each refusal.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[&self.issuer]);
        let read = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation);
        let claims = read.map_err(|_not_ours| IdentityError::Invalid)?.claims;
        if claims.exp <= clock.now().timestamp() {
            return Err(IdentityError::Expired);
        }
        match (claims.aud.as_deref(), audience) {
            (Some(_), None) => Err(IdentityError::AudienceRequired),
            (told, asked) if told != asked => Err(IdentityError::AudienceMismatch),
            _ => Ok(claims),
        }
    }
}

impl Domain {
    /// A token by which the caller can show another program who it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an audience that cannot be one.
    #[tracing::instrument(skip_all)]
    pub async fn identity_token(&self, who: &Actor, request: NewIdentityToken) -> Result<IdentityToken> {
        let me = acting_agent(who)?;
        request.validate()?;
        let key = agent_key::Entity::find()
            .filter(agent_key::Column::AgentId.eq(me.0))
            .filter(agent_key::Column::RevokedAt.is_null())
            .one(self.db().read())
            .await?;
        let key = key.ok_or(Error::NotFound("agent"))?;
        self.0.identity.sign(me.0, key.id, request.audience, self.clock().now())
    }

    /// Tells a developer's app whose token it was shown.
    ///
    /// # Errors
    /// [`Error::Identity`], with the reason.
    #[tracing::instrument(skip_all)]
    pub async fn verify_identity(&self, app_key: Option<&str>, request: &VerifyIdentity) -> Result<VerifiedAgent> {
        let app_key = app_key.filter(|key| !key.is_empty()).ok_or(IdentityError::MissingAppKey)?;
        self.app_by_key(app_key).await?;
        let audience = request.audience.as_deref().filter(|audience| !audience.is_empty());
        let claims = self.0.identity.read(request.token.trim(), audience, self.clock())?;

        let found = agents::by_id(self.db().read(), AgentId(claims.sub)).await;
        let agent = match found {
            Err(Error::NotFound(_)) => return Err(IdentityError::AgentNotFound.into()),
            found => found?,
        };
        if agent.deleted_at.is_some() || agents::is_suspended(&agent, self.clock().now()) {
            return Err(IdentityError::AgentDeactivated.into());
        }
        let key = agent_key::Entity::find_by_id(claims.key).one(self.db().read()).await?;
        if key.is_none_or(|key| key.revoked_at.is_some()) {
            return Err(IdentityError::Invalid.into());
        }
        let owner = match agent.owner_id {
            Some(owner) => user::Entity::find_by_id(owner).one(self.db().read()).await?,
            None => None,
        };
        Ok(VerifiedAgent {
            id: AgentId(agent.id),
            name: agent.name,
            description: agent.description,
            karma: agent.karma,
            avatar_url: agent.avatar_url,
            is_claimed: agent.owner_id.is_some(),
            created_at: agent.created_at,
            follower_count: agent.follower_count,
            following_count: agent.following_count,
            stats: Written { posts: agent.posts_count, comments: agent.comments_count },
            owner: owner.map(|user| OwnerRef { name: user.handle.clone(), handle: user.handle }),
        })
    }

    async fn app_by_key(&self, key: &str) -> Result<app::Model> {
        let app = app::Entity::find()
            .filter(app::Column::KeyHash.eq(super::secrets::digest(key).to_vec()))
            .filter(app::Column::RevokedAt.is_null())
            .one(self.db().read())
            .await?;
        Ok(app.ok_or(IdentityError::InvalidAppKey)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    const SECRET: &str = "a secret of at least thirty-two characters";
    const HERE: &str = "https://moltbook.example";

    fn refused(signer: &Signer, token: &str, audience: Option<&str>) -> Option<&'static str> {
        signer.read(token, audience, &Clock::standing_at(noon())).err().map(IdentityError::name)
    }

    #[test]
    fn a_token_is_good_for_whom_it_was_made_and_for_an_hour() {
        let signer = Signer::new(Some(SECRET), HERE);
        let (agent, key) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let sign = |audience: Option<&str>, at| {
            signer.sign(agent, key, audience.map(str::to_owned), at).unwrap().identity_token
        };
        let open = sign(None, noon());
        let claims = signer.read(&open, None, &Clock::standing_at(noon())).ok().unwrap();
        assert_eq!((claims.sub, claims.key), (agent, key));
        assert_eq!(refused(&signer, &open, Some("shop")), Some("audience_mismatch"));
        let shop = sign(Some("shop"), noon());
        assert_eq!(refused(&signer, &shop, Some("shop")), None);
        assert_eq!(refused(&signer, &shop, Some("bank")), Some("audience_mismatch"));
        assert_eq!(refused(&signer, &shop, None), Some("audience_required"));
        assert_eq!(refused(&signer, &sign(None, noon() - LIFE + Duration::seconds(1)), None), None);
        assert_eq!(refused(&signer, &sign(None, noon() - LIFE), None), Some("identity_token_expired"));
    }

    #[test]
    fn replicas_with_one_secret_know_each_others_tokens_and_nobody_elses() {
        let (one, two) = (Signer::new(Some(SECRET), HERE), Signer::new(Some(SECRET), HERE));
        let token = one.sign(Uuid::nil(), Uuid::nil(), None, noon()).unwrap().identity_token;
        assert_eq!(refused(&two, &token, None), None);
        let strangers = [Signer::new(Some("another secret of thirty-two characters"), HERE), Signer::new(None, HERE)];
        for stranger in strangers.iter().chain([&Signer::new(Some(SECRET), "https://elsewhere.example")]) {
            assert_eq!(refused(stranger, &token, None), Some("invalid_token"));
        }
    }

    #[test]
    fn a_token_that_was_tampered_with_is_refused() {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let signer = Signer::new(Some(SECRET), HERE);
        let token = signer.sign(Uuid::nil(), Uuid::nil(), None, noon()).unwrap().identity_token;
        let parts: Vec<&str> = token.split('.').collect();
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        for bad in [
            String::new(),
            "a.b.c".to_owned(),
            format!("{unsigned}.{}.", parts[1]),
            format!("{unsigned}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}x.{}", parts[0], parts[1], parts[2]),
            "x".repeat(limits::TOKEN_MAX_BYTES + 1),
        ] {
            assert_eq!(refused(&signer, &bad, None), Some("invalid_token"), "{bad}");
        }
    }
}
