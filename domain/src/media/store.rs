//! Where pictures lie: a folder, or a bucket of an S3-compatible store.

use super::picture::Picture;
use crate::entity::blob::Kind;
use crate::error::{Error, Result};
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a store may take, its own second tries included: a transaction waits for it, and others for that.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where pictures lie, and how to get there.
#[derive(Clone)]
pub struct Settings {
    /// A folder, or a URL such as `s3://bucket/prefix`.
    pub url: String,
    /// What the store has to know beyond that, under the names of its own variables, such as `AWS_REGION`.
    pub options: Vec<(String, String)>,
}

impl fmt::Debug for Settings {
    /// Leaves out the options: they hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("url", &self.url).finish_non_exhaustive()
    }
}

pub(super) struct Store {
    objects: Arc<dyn ObjectStore>,
    root: Path,
}

impl Store {
    pub(super) fn open(settings: &Settings) -> Result<Self> {
        if !settings.url.contains("://") {
            // The folder is made with the first picture: an instance where nothing can be written reads on without.
            let folder = std::path::absolute(&settings.url).map_err(|e| unreachable_store(e.into()))?;
            let root = Path::from_absolute_path(folder).map_err(|e| unreachable_store(e.into()))?;
            return Ok(Self { objects: Arc::new(LocalFileSystem::new()), root });
        }
        let url = Url::parse(&settings.url).map_err(|e| unreachable_store(e.into()))?;
        let options = settings.options.iter().map(|(name, value)| (name, value));
        let (objects, root) = object_store::parse_url_opts(&url, options).map_err(|e| unreachable_store(e.into()))?;
        Ok(Self { objects: objects.into(), root })
    }

    pub(super) async fn put(&self, picture: &Picture) -> Result<()> {
        let bytes = Bytes::copy_from_slice(&picture.bytes);
        let place = self.place(&picture.digest, picture.kind);
        soon(self.objects.put(&place, bytes.into())).await?.map_err(failed)?;
        Ok(())
    }

    /// `None` where there is nothing.
    pub(super) async fn get(&self, digest: &[u8], kind: Kind) -> Result<Option<Bytes>> {
        let place = self.place(digest, kind);
        match soon(self.objects.get(&place)).await? {
            Ok(found) => Ok(Some(soon(found.bytes()).await?.map_err(failed)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(failed(e)),
        }
    }

    /// Does nothing where there is nothing.
    pub(super) async fn remove(&self, digest: &[u8], kind: Kind) -> Result<()> {
        let place = self.place(digest, kind);
        match soon(self.objects.delete(&place)).await? {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(failed(e)),
        }
    }

    /// A folder for each first byte: no folder grows too long to list.
    fn place(&self, digest: &[u8], kind: Kind) -> Path {
        let name = super::file_name(digest, kind);
        self.root.clone().join("media").join(&name[..2]).join(name)
    }
}

/// What the store answers, if it does in time.
async fn soon<T>(answer: impl Future<Output = T>) -> Result<T> {
    let too_late =
        |e: tokio::time::error::Elapsed| Error::Unavailable(anyhow::Error::from(e).context("the object store"));
    tokio::time::timeout(PATIENCE, answer).await.map_err(too_late)
}

/// Trying again helps, as with a database that is away.
fn failed(e: object_store::Error) -> Error {
    Error::Unavailable(anyhow::Error::from(e).context("the object store"))
}

/// Names no option: they hold credentials.
fn unreachable_store(e: anyhow::Error) -> Error {
    Error::Unavailable(e.context("cannot open the object store"))
}
