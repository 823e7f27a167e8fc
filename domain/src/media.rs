//! Pictures of agents and submolts: stored once by what they hold, and removed with the last one that shows them.
//!
//! A row holds the whole address of its picture, `{public URL}/media/{SHA-256}.{kind}`, so that a view needs nothing
//! else. The table `blobs` counts how many rows show a picture. Whoever shows or stops showing one locks its row there,
//! after everything else, and works on the object store meanwhile: so a picture is never removed while somebody else
//! begins to show it.

mod picture;
mod store;

pub use store::Settings;

use crate::Domain;
use crate::accounts::{acting_agent, agent};
use crate::entity::blob::{self, Kind};
use crate::entity::{agent as agents, submolt};
use crate::error::{Error, Result};
use crate::forum::moderators::moderates;
use crate::forum::submolts;
use crate::guard::audit::{Entry, commit_unrecorded};
use bytes::Bytes;
use picture::{Maker, Picture, Purpose};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};
use std::fmt::Write as _;
use store::Store;
use types::actor::Actor;
use types::id::AgentId;

/// Where pictures are served, below the public URL.
const FOLDER: &str = "/media/";
/// Characters of a picture's file name.
const NAME: usize = 64 + ".jpg".len();
/// Pictures that one round removes.
const A_ROUND: u64 = 100;

/// What makes, keeps and names pictures.
pub(crate) struct Media {
    maker: Maker,
    store: Store,
    public_url: String,
}

/// A stored picture.
#[derive(Debug)]
pub struct Stored {
    /// Its kind, for HTTP.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Bytes,
}

/// Which picture of a submolt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmoltPicture {
    /// The small one.
    Avatar,
    /// The wide one.
    Banner,
}

impl Media {
    pub(crate) fn open(settings: &Settings, public_url: &str) -> Result<Self> {
        Ok(Self { maker: Maker::new(), store: Store::open(settings)?, public_url: public_url.to_owned() })
    }

    fn address(&self, picture: &Picture) -> String {
        format!("{}{FOLDER}{}", self.public_url, file_name(&picture.digest, picture.kind))
    }
}

impl Domain {
    /// Gives the caller a picture, and returns its address.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Unsupported`] for what is no picture, [`Error::BadRequest`] for a broken one.
    #[tracing::instrument(skip_all)]
    pub async fn set_avatar(&self, who: &Actor, file: Vec<u8>) -> Result<String> {
        let me = acting_agent(who)?;
        let picture = self.0.media.maker.make(file, Purpose::Avatar).await?;
        let address = self.0.media.address(&picture);
        self.change_avatar(who, me, Some(&picture), Some(address.clone())).await?;
        Ok(address)
    }

    /// Takes the caller's picture away, if it has one.
    #[tracing::instrument(skip_all)]
    pub async fn remove_avatar(&self, who: &Actor) -> Result<()> {
        self.change_avatar(who, agent(who)?, None, None).await
    }

    async fn change_avatar(
        &self,
        who: &Actor,
        me: AgentId,
        to: Option<&Picture>,
        address: Option<String>,
    ) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = agents::Entity::find_by_id(me.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("agent"))?;
        self.exchange(&tx, to, row.avatar_url.as_deref()).await?;
        let change = agents::ActiveModel { id: Set(row.id), avatar_url: Set(address), ..Default::default() };
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new("agent.set_avatar", row.id).before(&row).after(&changed)).await?;
        self.tidy().await;
        Ok(())
    }

    /// Gives a submolt a picture, and returns its address: its owner, moderators and administrators may.
    ///
    /// # Errors
    /// As [`set_avatar`](Self::set_avatar); [`Error::Forbidden`] for everybody else.
    #[tracing::instrument(skip_all)]
    pub async fn set_submolt_picture(
        &self,
        who: &Actor,
        name: &str,
        which: SubmoltPicture,
        file: Vec<u8>,
    ) -> Result<String> {
        let id = submolts::by_name(self.db(), name).await?.id;
        // Before the work of decoding; and again below, by then it may be otherwise.
        moderates(self.db().read(), who, id).await?;
        let purpose = match which {
            SubmoltPicture::Avatar => Purpose::SubmoltAvatar,
            SubmoltPicture::Banner => Purpose::Banner,
        };
        let picture = self.0.media.maker.make(file, purpose).await?;
        let address = self.0.media.address(&picture);

        let tx = self.db().begin().await?;
        let row = submolt::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.ok_or(Error::NotFound("submolt"))?;
        moderates(&tx, who, id).await?;
        let mut change = submolt::ActiveModel { id: Set(id), ..Default::default() };
        let (action, before) = match which {
            SubmoltPicture::Avatar => {
                change.avatar_url = Set(Some(address.clone()));
                ("submolt.set_avatar", &row.avatar_url)
            }
            SubmoltPicture::Banner => {
                change.banner_url = Set(Some(address.clone()));
                ("submolt.set_banner", &row.banner_url)
            }
        };
        self.exchange(&tx, Some(&picture), before.as_deref()).await?;
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new(action, id).before(&row).after(&changed)).await?;
        self.tidy().await;
        Ok(address)
    }

    /// The picture of this file name; `None` if nobody shows it.
    pub async fn picture(&self, file: &str) -> Result<Option<Stored>> {
        let Some((digest, kind)) = parse(file) else { return Ok(None) };
        let bytes = self.0.media.store.get(&digest, kind).await?;
        let content_type = match kind {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
        };
        Ok(bytes.map(|bytes| Stored { content_type, bytes }))
    }

    /// A row no longer shows the picture at `address`. [`tidy`](Self::tidy) after the transaction.
    pub(crate) async fn release_picture(&self, tx: &DatabaseTransaction, address: Option<&str>) -> Result<()> {
        self.exchange(tx, None, address).await
    }

    /// Counts one use more of a picture, and one less of what the row showed before; stores what is new.
    ///
    /// In the order of the digests: two that change places must not wait for each other.
    async fn exchange(&self, tx: &DatabaseTransaction, to: Option<&Picture>, from: Option<&str>) -> Result<()> {
        let from = from.and_then(|address| parse(address.rsplit('/').next()?)).map(|(digest, _)| digest);
        let mut moves: Vec<([u8; 32], Option<&Picture>)> = Vec::with_capacity(2);
        moves.extend(to.map(|picture| (picture.digest, Some(picture))));
        moves.extend(from.map(|digest| (digest, None)));
        moves.sort_by_key(|(digest, _)| *digest);
        for (digest, added) in moves {
            match added {
                Some(picture) => self.count_one_more(tx, picture).await?,
                None => count_one_less(tx, digest).await?,
            }
        }
        match to {
            Some(picture) => self.0.media.store.put(picture).await,
            None => Ok(()),
        }
    }

    async fn count_one_more(&self, tx: &DatabaseTransaction, picture: &Picture) -> Result<()> {
        let row = blob::ActiveModel {
            digest: Set(picture.digest.to_vec()),
            size: Set(i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX)),
            kind: Set(picture.kind),
            refs: Set(1),
            created_at: Set(self.clock().now()),
        };
        let refs = blob::Column::Refs;
        let one_more = Expr::col((blob::Entity, refs)).add(1_i64);
        let or_count = OnConflict::column(blob::Column::Digest).value(refs, one_more).to_owned();
        blob::Entity::insert(row).on_conflict(or_count).exec_without_returning(tx).await?;
        Ok(())
    }

    /// Removes pictures that nobody shows; returns how many those were.
    pub async fn remove_unused_pictures(&self) -> Result<u64> {
        let unused = || Expr::cust("blobs.refs <= 0");
        let found = blob::Entity::find().filter(unused()).limit(A_ROUND).all(self.db().read()).await?;
        let mut removed = 0;
        for row in found {
            let tx = self.db().begin().await?;
            // The row goes first and stays locked: who begins to show the picture now waits, and stores it again.
            let gone = blob::Entity::delete_by_id(row.digest.clone()).filter(unused()).exec(&tx).await?;
            if gone.rows_affected > 0 {
                self.0.media.store.remove(&row.digest, row.kind).await?;
                removed += 1;
            }
            commit_unrecorded(tx).await?;
        }
        Ok(removed)
    }

    /// Removes at once what the change before left unused. What fails here is made up for later.
    pub(crate) async fn tidy(&self) {
        if let Err(e) = self.remove_unused_pictures().await {
            tracing::warn!(error = &e as &dyn std::error::Error, "An unused picture was not removed: {e}");
        }
    }

    /// Lets addresses from before the public URL changed begin with the present one.
    pub(crate) async fn adopt_public_url(&self) -> Result<()> {
        let folder = format!("{}{FOLDER}", self.0.media.public_url);
        let dialect = self.db().dialect();
        let tx = self.db().begin().await?;
        for (table, column) in [("agents", "avatar_url"), ("submolts", "avatar_url"), ("submolts", "banner_url")] {
            tx.execute_raw(dialect.move_addresses(table, column, &folder, NAME)).await?;
        }
        commit_unrecorded(tx).await
    }
}

async fn count_one_less(tx: &DatabaseTransaction, digest: [u8; 32]) -> Result<()> {
    let refs = blob::Column::Refs;
    blob::Entity::update_many()
        .col_expr(refs, Expr::col(refs).add(-1_i64))
        .filter(blob::Column::Digest.eq(digest.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

fn extension(kind: Kind) -> &'static str {
    match kind {
        Kind::Jpeg => "jpg",
        Kind::Png => "png",
    }
}

/// The name of a picture's file: its SHA-256 in hexadecimal digits, and its kind.
fn file_name(digest: &[u8], kind: Kind) -> String {
    let mut name = String::with_capacity(2 * digest.len() + 4);
    for byte in digest {
        // Writing to a string does not fail.
        _ = write!(name, "{byte:02x}");
    }
    name.push('.');
    name.push_str(extension(kind));
    name
}

fn parse(file: &str) -> Option<([u8; 32], Kind)> {
    let (hex, extension) = file.split_once('.')?;
    let kind = match extension {
        "jpg" => Kind::Jpeg,
        "png" => Kind::Png,
        _ => return None,
    };
    if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some((digest, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_read_as_it_is_written_and_nothing_else_is() {
        let digest: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
        for kind in [Kind::Jpeg, Kind::Png] {
            assert_eq!(parse(&file_name(&digest, kind)), Some((digest, kind)));
        }
        let good = file_name(&digest, Kind::Png);
        let capitals = good.to_uppercase();
        for bad in
            ["", ".png", "../secret.png", &good[1..], &capitals, &good.replace("png", "svg"), &format!("{good}x")]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
