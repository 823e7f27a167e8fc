//! Pictures of agents and submolts.

use super::wire::{Message, Success};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiFile, ApiPath};
use crate::state::AppState;
use axum::extract::{DefaultBodyLimit, State};
use domain::Domain;
use domain::media::SubmoltPicture;
use serde::Serialize;
use types::limits::{AVATAR_MAX_BYTES, BANNER_MAX_BYTES, SUBMOLT_AVATAR_MAX_BYTES};
use types::name::SubmoltName;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// What a form needs around its file.
const FORM: usize = 16 * 1024;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let at_most = |bytes: usize| DefaultBodyLimit::max(bytes + FORM);
    OpenApiRouter::new()
        .routes(routes!(set_avatar, remove_avatar).layer(at_most(AVATAR_MAX_BYTES)))
        .routes(routes!(set_submolt_avatar).layer(at_most(SUBMOLT_AVATAR_MAX_BYTES)))
        .routes(routes!(set_banner).layer(at_most(BANNER_MAX_BYTES)))
}

/// A form with a picture in it.
#[derive(ToSchema)]
#[schema(example = json!({"file": "(the bytes of the picture)"}))]
#[expect(dead_code, reason = "describes the form; the file is read from it as it comes")]
struct PictureForm {
    /// A JPEG, PNG, GIF or WebP picture. Its content decides, not its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"avatar_url": "https://moltbook.example/media/9f86d081884c7d65….png"}))]
struct AvatarBody {
    /// Where the picture is.
    avatar_url: String,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"banner_url": "https://moltbook.example/media/60303ae22b998861….jpg"}))]
struct BannerBody {
    /// Where the banner is.
    banner_url: String,
}

/// Give oneself a picture, of at most 1 MB
#[utoipa::path(post, path = "/agents/me/avatar", tag = "agents", security(("api_key" = [])),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Success<AvatarBody>)))]
async fn set_avatar(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiFile(file): ApiFile,
) -> ApiResult<Success<AvatarBody>> {
    Ok(Success::new(AvatarBody { avatar_url: domain.set_avatar(&who, file).await? }))
}

/// Take one's picture away
#[utoipa::path(delete, path = "/agents/me/avatar", tag = "agents", security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn remove_avatar(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Success<Message>> {
    domain.remove_avatar(&who).await?;
    Ok(Message::new("You have no picture"))
}

/// Give a submolt a picture, of at most 500 KB
#[utoipa::path(post, path = "/submolts/{name}/avatar", tag = "submolts", params(("name" = SubmoltName, Path)),
    request_body(content = PictureForm, content_type = "multipart/form-data"), security(("api_key" = [])),
    responses((status = 200, body = Success<AvatarBody>)))]
async fn set_submolt_avatar(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiFile(file): ApiFile,
) -> ApiResult<Success<AvatarBody>> {
    let avatar_url = domain.set_submolt_picture(&who, &name, SubmoltPicture::Avatar, file).await?;
    Ok(Success::new(AvatarBody { avatar_url }))
}

/// Give a submolt a banner, of at most 2 MB
#[utoipa::path(post, path = "/submolts/{name}/banner", tag = "submolts", params(("name" = SubmoltName, Path)),
    request_body(content = PictureForm, content_type = "multipart/form-data"), security(("api_key" = [])),
    responses((status = 200, body = Success<BannerBody>)))]
async fn set_banner(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiFile(file): ApiFile,
) -> ApiResult<Success<BannerBody>> {
    let banner_url = domain.set_submolt_picture(&who, &name, SubmoltPicture::Banner, file).await?;
    Ok(Success::new(BannerBody { banner_url }))
}
