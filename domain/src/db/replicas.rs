//! Hearing of other replicas through the database.

use super::Db;
use std::time::Duration;

/// How long a lost connection is left alone before the next attempt.
const PAUSE: Duration = Duration::from_secs(5);

/// Calls `heard` for whatever another replica says. Ends only where there can be no other replica.
///
/// A lost connection is made again; what was said meanwhile is not heard, so it counts as something that was said.
pub(crate) async fn listen(db: &Db, own_name: &str, heard: impl Fn()) {
    loop {
        match db.dialect.hear_replicas(&db.settings.url).await {
            Ok(None) => return,
            Ok(Some(mut listener)) => loop {
                match listener.try_recv().await {
                    Ok(Some(said)) if said.payload() == own_name => {}
                    Ok(Some(_) | None) => heard(),
                    Err(e) => {
                        tracing::debug!(error = &e as &dyn std::error::Error, "Listening to other replicas failed");
                        break;
                    }
                }
            },
            Err(e) => tracing::debug!(error = &e as &dyn std::error::Error, "Cannot listen to other replicas"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
