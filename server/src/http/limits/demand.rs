//! What a request of the agent API uses up, by its method and its route.

use super::{Loss, Subject, is_new};
use crate::http::client_addr::ClientAddr;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use chrono::{DateTime, Utc};
use std::net::{IpAddr, Ipv4Addr};
use types::actor::Actor;

/// Something of which a caller has little. It is one's own again if the request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scarce {
    Post,
    Comment,
    Submolt,
    Registration,
    Verification,
}

impl Scarce {
    fn of(method: &Method, route: &str) -> Option<Self> {
        if *method != Method::POST {
            return None;
        }
        match route {
            "/api/v1/posts" => Some(Self::Post),
            "/api/v1/posts/{id}/comments" => Some(Self::Comment),
            "/api/v1/submolts" => Some(Self::Submolt),
            "/api/v1/agents/register" => Some(Self::Registration),
            "/api/v1/verify" => Some(Self::Verification),
            _ => None,
        }
    }

    /// Whether only agents have it; the operation itself refuses everybody else.
    fn is_of_agents(self) -> bool {
        !matches!(self, Self::Registration)
    }
}

/// Who asks, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    pub(super) subject: Subject,
    pub(super) addr: ClientAddr,
    /// Whether the caller is an agent in its first day.
    pub(super) is_new: bool,
    pub(super) is_read: bool,
    pub(super) scarce: Option<Scarce>,
}

impl Demand {
    /// Reads the caller and the client's address from the request's extensions.
    pub fn of(request: &Request, now: DateTime<Utc>) -> Self {
        let extensions = request.extensions();
        let addr = extensions.get::<ClientAddr>().copied().unwrap_or(ClientAddr(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let actor = extensions.get::<Actor>().unwrap_or(&Actor::Anonymous);
        let route = extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let is_agent = matches!(actor, Actor::Agent { .. });
        Self {
            subject: extensions.get().map_or_else(|| Subject::of(actor, addr), |&token| Subject::Token(token)),
            addr,
            is_new: matches!(actor, Actor::Agent { registered_at, .. } if is_new(*registered_at, now)),
            is_read: matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
            scarce: Scarce::of(request.method(), route).filter(|scarce| is_agent || !scarce.is_of_agents()),
        }
    }

    /// Whether it uses something scarce up.
    pub fn is_scarce(&self) -> bool {
        self.scarce.is_some()
    }

    pub(super) fn without_scarce(self) -> Self {
        Self { scarce: None, ..self }
    }

    pub(super) fn loss(&self) -> Loss {
        match self.scarce {
            Some(Scarce::Registration) => Loss::Refuse,
            _ if self.is_read => Loss::LetThrough,
            _ => Loss::CountHere,
        }
    }
}
