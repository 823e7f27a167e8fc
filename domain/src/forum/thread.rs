//! The shape of a thread: where a comment stands in it, and rows made into a tree. Pure.
//!
//! A path is four bytes a level, big-endian, each the number of a reply under its parent: paths sort depth
//! first, and a subtree is the range of paths that begin with its root's.

use std::collections::HashMap;
use types::comment::{CommentSort, CommentView};
use types::id::CommentId;
use types::limits::COMMENT_DEPTH_MAX;

/// Replies that are shown under one comment before the rest is cut off.
pub(super) const REPLIES_SHOWN: usize = 10;

/// The path of reply number `number` under `parent`; of a root, under nothing.
pub(crate) fn path(parent: &[u8], number: i64) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    [parent, &number.to_be_bytes()].concat()
}

/// The first path after the subtree of `path`, if there is one.
pub(super) fn after_subtree(path: &[u8]) -> Option<Vec<u8>> {
    let mut end = path.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Whether replies to a comment at `depth` become its siblings.
pub(super) fn is_deepest(depth: i16) -> bool {
    u16::try_from(depth).is_ok_and(|depth| depth >= COMMENT_DEPTH_MAX)
}

/// A comment with what it is ordered by.
pub(super) struct Placed {
    pub(super) view: CommentView,
    pub(super) best_rank: f64,
    pub(super) controversy_rank: f64,
}

/// Hangs `replies` under `roots`, each level in the order of `sort`, and says how many are not shown.
/// A reply whose parent is not among the comments is left out: its parent counts it.
pub(super) fn grow(roots: Vec<Placed>, replies: Vec<Placed>, sort: CommentSort) -> Vec<CommentView> {
    let mut children: HashMap<CommentId, Vec<Placed>> = HashMap::new();
    for reply in replies {
        if let Some(parent) = reply.view.parent_id {
            children.entry(parent).or_default().push(reply);
        }
    }
    roots.into_iter().map(|root| hang(root, &mut children, sort)).collect()
}

fn hang(comment: Placed, children: &mut HashMap<CommentId, Vec<Placed>>, sort: CommentSort) -> CommentView {
    let mut view = comment.view;
    let mut replies = children.remove(&view.id).unwrap_or_default();
    replies.sort_by(|a, b| order(a, b, sort));
    replies.truncate(REPLIES_SHOWN);
    // Replies of their reader that wait to be published are shown and not counted.
    view.more_replies = (view.reply_count - i64::try_from(replies.len()).unwrap_or(0)).max(0);
    view.replies = replies.into_iter().map(|reply| hang(reply, children, sort)).collect();
    view
}

fn order(a: &Placed, b: &Placed, sort: CommentSort) -> std::cmp::Ordering {
    let younger = b.view.id.cmp(&a.view.id);
    match sort {
        CommentSort::Best => b.best_rank.total_cmp(&a.best_rank).then(younger),
        CommentSort::Top => b.view.score.cmp(&a.view.score).then(younger),
        CommentSort::Controversial => b.controversy_rank.total_cmp(&a.controversy_rank).then(younger),
        CommentSort::New => younger,
        CommentSort::Old => younger.reverse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subtree_is_a_range_of_paths() {
        let root = path(&[], 7);
        let reply = path(&root, 1);
        let end = after_subtree(&root).unwrap();
        assert!(root < reply && reply < end && end <= path(&[], 8));
        assert_eq!(after_subtree(&[255, 255, 255, 255]), None);
    }

    proptest! {
        #[test]
        fn paths_sort_depth_first(parent: u32, a: u32, b: u32) {
            let parent = path(&[], i64::from(parent));
            let (x, y) = (path(&parent, i64::from(a)), path(&parent, i64::from(b)));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert!(x.starts_with(&parent) && after_subtree(&parent).is_none_or(|end| x < end));
        }
    }
}
