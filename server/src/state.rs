//! What handlers share.

use crate::config::{Config, PublicUrl};
use crate::events::Hub;
use crate::files::cards::Cards;
use crate::http::cache::PublicCache;
use crate::http::door::Door;
use crate::http::limits::Limits;
use crate::inspect::Inspector;
use crate::oidc::Oidc;
use crate::redis::Redis;
use app::SiteConfig;
use app::operator::Operator;
use axum::extract::FromRef;
use domain::Domain;
use leptos::config::LeptosOptions;
use std::sync::Arc;

/// Everything a request can need, cheap to clone; each handler takes the part it uses.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The rules.
    pub domain: Domain,
    /// The counters of who did how much.
    pub limits: Limits,
    /// Where callers with a key come in.
    pub door: Door,
    /// Answers to anonymous reads, for about a second.
    pub cache: PublicCache,
    /// Pictures of links, as they were drawn.
    pub cards: Cards,
    /// What clients that listen are told.
    pub hub: Hub,
    /// The settings.
    pub config: Arc<Config>,
    /// Where this instance is reached.
    pub public_url: PublicUrl,
    /// Redis, if there is one.
    pub redis: Option<Redis>,
    /// What pages have to know.
    pub site: SiteConfig,
    /// What the server tells administrators about itself.
    pub operator: Operator,
    /// By whom people sign in, if not by us alone.
    pub oidc: Option<Oidc>,
    /// Where the built site is.
    pub leptos: LeptosOptions,
}

impl AppState {
    /// Puts the parts together.
    pub fn build(config: &Config, domain: Domain, redis: Option<Redis>) -> Self {
        let public_url = config.public_url();
        let leptos = LeptosOptions::builder()
            .output_name("site")
            .site_root(config.site.root().to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .site_addr(config.listen.addr)
            .build();
        let inspector = Inspector::new(config, domain.clone(), redis.clone());
        Self {
            oidc: Oidc::new(&config.sign_in, &public_url, domain.clone()),
            operator: Operator(Arc::new(inspector)),
            hub: Hub::new(&config.events, domain.clone()),
            domain,
            limits: Limits::new(&config.limits, redis.clone()),
            door: Door::default(),
            cache: PublicCache::new(config),
            cards: Cards::default(),
            site: SiteConfig {
                public_url: public_url.as_str().to_owned(),
                human_voting: config.site.human_voting,
                password_sign_in: config.sign_in.password_login,
                company: config.sign_in.issuer().map(|_| config.sign_in.oidc_name.clone()),
                version: env!("CARGO_PKG_VERSION"),
            },
            config: Arc::new(config.clone()),
            public_url,
            redis,
            leptos,
        }
    }
}
