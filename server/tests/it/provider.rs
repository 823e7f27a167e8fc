//! An OpenID provider on a socket of its own: discovery, authorize, token and keys, with real signatures. It can be told to lie.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use domain::Clock;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub const CLIENT: &str = "moltbook";
pub const SECRET: &str = "what the provider and the instance know";

/// What is wrong with the next tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lie {
    #[default]
    None,
    Nonce,
    Audience,
    /// A second audience beside the right one.
    SecondAudience,
    Issuer,
    Expired,
    /// Signed with a key that is not the provider's, under the name of one that is.
    Forged,
    /// Of another person, with the signature of the true one.
    Changed,
    /// Without a signature.
    Unsigned,
    /// Signed with the client's secret.
    Symmetric,
    NoToken,
}

/// With which of its keys the provider signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alg {
    #[default]
    Rs256,
    Es256,
}

/// How the provider is disposed.
pub struct Mood {
    pub claims: Value,
    pub lie: Lie,
    pub alg: Alg,
    /// Whether it says no instead of leading back with a code.
    pub denies: bool,
    keys: Keys,
    codes: HashMap<String, HashMap<String, String>>,
}

struct Keys {
    name: String,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

#[derive(Clone)]
pub struct Provider {
    pub url: String,
    clock: Clock,
    mood: Arc<Mutex<Mood>>,
}

impl Keys {
    fn new(name: &str) -> Self {
        let (rsa, ec) =
            (RsaKeyPair::generate(KeySize::Rsa2048), EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING));
        Self { name: name.to_owned(), rsa: rsa.unwrap(), ec: ec.unwrap() }
    }

    fn published(&self) -> Value {
        let (public, point) = (self.rsa.public_key(), self.ec.public_key().as_ref());
        let n = public.modulus().big_endian_without_leading_zero().to_vec();
        let e = public.exponent().big_endian_without_leading_zero().to_vec();
        let (x, y) = point[1..].split_at(32);
        json!({"keys": [
            {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": format!("{}-rsa", self.name), "n": b64(&n), "e": b64(&e)},
            {"kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": format!("{}-ec", self.name), "x": b64(x), "y": b64(y)},
        ]})
    }

    fn sign(&self, alg: Alg, text: &[u8]) -> Vec<u8> {
        match alg {
            Alg::Rs256 => {
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).unwrap();
                signature
            }
            Alg::Es256 => self.ec.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec(),
        }
    }
}

fn b64(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    /// A provider whose time is that of `clock`.
    pub async fn start(clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mood = Mood {
            claims: json!({"sub": "17", "preferred_username": "ada"}),
            lie: Lie::None,
            alg: Alg::Rs256,
            denies: false,
            keys: Keys::new("first"),
            codes: HashMap::new(),
        };
        let provider = Self { url, clock: clock.clone(), mood: Arc::new(Mutex::new(mood)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(async |State(p): State<Self>| Json(p.mood().keys.published())))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn mood(&self) -> MutexGuard<'_, Mood> {
        self.mood.lock().unwrap()
    }

    /// Takes new keys and forgets the old ones.
    pub fn rotate(&self) {
        self.mood().keys = Keys::new("second");
    }

    /// What a browser that is sent to `url` is sent back to: a path of the instance.
    pub async fn visit(&self, url: &str) -> String {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = http.get(url).send().await.unwrap();
        let back = answer.headers()[header::LOCATION].to_str().unwrap();
        back.strip_prefix(crate::app::ORIGIN).unwrap().to_owned()
    }

    fn id_token(&self, asked: &HashMap<String, String>) -> String {
        let mood = self.mood();
        let now = self.clock.now().timestamp();
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce"),
        });
        for (name, value) in mood.claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        match mood.lie {
            Lie::Nonce => claims["nonce"] = "another".into(),
            Lie::Audience => claims["aud"] = "somebody-else".into(),
            Lie::SecondAudience => claims["aud"] = json!([CLIENT, "somebody-else"]),
            Lie::Issuer => claims["iss"] = "https://evil.example".into(),
            Lie::Expired => claims["exp"] = (now - 1).into(),
            _ => {}
        }
        let (alg, kid) = match mood.alg {
            Alg::Rs256 => ("RS256", format!("{}-rsa", mood.keys.name)),
            Alg::Es256 => ("ES256", format!("{}-ec", mood.keys.name)),
        };
        let header = match mood.lie {
            Lie::Unsigned => json!({"alg": "none"}),
            Lie::Symmetric => json!({"alg": "HS256"}),
            _ => json!({"alg": alg, "kid": kid}),
        };
        let text = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        let signature = match mood.lie {
            Lie::Unsigned => Vec::new(),
            Lie::Symmetric => {
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
                mac.update(text.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            Lie::Forged => Keys::new("evil").sign(mood.alg, text.as_bytes()),
            _ => mood.keys.sign(mood.alg, text.as_bytes()),
        };
        if mood.lie == Lie::Changed {
            claims["sub"] = "1".into();
            let text = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
            return format!("{text}.{}", b64(&signature));
        }
        format!("{text}.{}", b64(&signature))
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    }))
}

async fn authorize(State(provider): State<Provider>, Query(asked): Query<HashMap<String, String>>) -> Redirect {
    let back = format!("{}?state={}", asked["redirect_uri"], asked["state"]);
    if provider.mood().denies {
        return Redirect::to(&format!("{back}&error=access_denied"));
    }
    assert_eq!((asked["client_id"].as_str(), asked["response_type"].as_str()), (CLIENT, "code"));
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid") && asked["code_challenge_method"] == "S256");
    let code = uuid::Uuid::now_v7().simple().to_string();
    provider.mood().codes.insert(code.clone(), asked);
    Redirect::to(&format!("{back}&code={code}"))
}

/// Gives a token for a code: once, to the client that has the secret, and to whoever asked for the code.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    let secret = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    let client = BASE64_STANDARD.encode(format!("{CLIENT}:{secret}"));
    if headers.get(header::AUTHORIZATION).is_none_or(|sent| *sent != format!("Basic {client}")) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let Some(asked) = provider.mood().codes.remove(&form["code"]) else { return refused() };
    let challenge = b64(&Sha256::digest(form["code_verifier"].as_bytes()));
    if asked["code_challenge"] != challenge || asked["redirect_uri"] != form["redirect_uri"] {
        return refused();
    }
    let mut answer = json!({"access_token": "nothing", "token_type": "Bearer", "expires_in": 300});
    if provider.mood().lie != Lie::NoToken {
        answer["id_token"] = provider.id_token(&asked).into();
    }
    Json(answer).into_response()
}
