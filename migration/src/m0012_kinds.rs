//! Lists of links, or of images, alone.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // Nearly all posts are texts, which any order finds at once. The others may be so few that an order would be walked
        // to its end for them.
        for order in [None, Some("hot_rank"), Some("score"), Some("best_rank"), Some("controversy_rank")] {
            let columns: Vec<_> = ["kind", "audience"].into_iter().chain(order).chain(["id"]).collect();
            let shown = Expr::col("deleted_at").is_null().and(Expr::col("verification").eq(0));
            let few = index("posts", &columns).cond_where(shown.and(Expr::col("kind").gt(0))).take();
            m.create_index(few).await?;
        }
        Ok(())
    }
}
