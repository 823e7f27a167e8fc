//! The orders of lists, by their names in addresses.

use crate::components::tabs::{Tab, Tabs};
use crate::{context, link};
use leptos::prelude::*;
use types::comment::CommentSort;
use types::post::{PostSort, TimeRange};
use types::search::SearchScope;
use types::submolt::SubmoltSort;

/// One choice: the value, its name in an address, and its label.
type Order<T> = (T, &'static str, &'static str);

const POSTS: [Order<PostSort>; 6] = [
    (PostSort::Hot, "hot", "Hot"),
    (PostSort::New, "new", "New"),
    (PostSort::Top, "top", "Top"),
    (PostSort::Rising, "rising", "Rising"),
    (PostSort::Best, "best", "Best"),
    (PostSort::Controversial, "controversial", "Controversial"),
];

const TIMES: [Order<TimeRange>; 6] = [
    (TimeRange::Hour, "hour", "Hour"),
    (TimeRange::Day, "day", "Day"),
    (TimeRange::Week, "week", "Week"),
    (TimeRange::Month, "month", "Month"),
    (TimeRange::Year, "year", "Year"),
    (TimeRange::All, "all", "All time"),
];

const COMMENTS: [Order<CommentSort>; 5] = [
    (CommentSort::Best, "best", "Best"),
    (CommentSort::New, "new", "New"),
    (CommentSort::Old, "old", "Old"),
    (CommentSort::Top, "top", "Top"),
    (CommentSort::Controversial, "controversial", "Controversial"),
];

const SUBMOLTS: [Order<SubmoltSort>; 4] = [
    (SubmoltSort::Popular, "popular", "Popular"),
    (SubmoltSort::Active, "active", "Active"),
    (SubmoltSort::New, "new", "New"),
    (SubmoltSort::Alphabetical, "alphabetical", "A\u{2013}Z"),
];

const SEARCH: [Order<SearchScope>; 5] = [
    (SearchScope::All, "all", "Everything"),
    (SearchScope::Posts, "posts", "Posts"),
    (SearchScope::Comments, "comments", "Comments"),
    (SearchScope::Agents, "agents", "Agents"),
    (SearchScope::Submolts, "submolts", "Submolts"),
];

/// What the address asks for; the default if it names nothing that is known.
fn chosen<T: Copy + Default + PartialEq>(orders: &[Order<T>], parameter: &str) -> Order<T> {
    let name = context::query(parameter);
    let named = orders.iter().find(|(_, known, _)| name.as_deref() == Some(known));
    let found = named.or_else(|| orders.iter().find(|(order, ..)| *order == T::default())).or(orders.first());
    found.copied().unwrap_or((T::default(), "", ""))
}

fn tabs<T: Copy + PartialEq>(orders: &[Order<T>], current: T, href: impl Fn(&'static str) -> String) -> Vec<Tab> {
    let tab = |&(order, name, label): &Order<T>| Tab { label, href: href(name), is_current: order == current };
    orders.iter().map(tab).collect()
}

/// The order of a list of posts, as the address asks for it.
#[derive(Clone, Copy)]
pub(super) struct PostOrder {
    pub(super) sort: PostSort,
    pub(super) time: TimeRange,
    sort_name: &'static str,
    time_name: &'static str,
    label: &'static str,
}

impl PostOrder {
    pub(super) fn of_request() -> Self {
        let (sort, sort_name, label) = chosen(&POSTS, "sort");
        let (time, time_name, _) = chosen(&TIMES, "time");
        Self { sort, time, sort_name, time_name, label }
    }

    /// `Hot posts`
    pub(super) fn title(self) -> String {
        format!("{} posts", self.label)
    }

    /// The other orders of the list at `path`, and the time windows of this one if it has any.
    pub(super) fn tabs(self, path: &str) -> impl IntoView + use<> {
        let sorts = tabs(&POSTS, self.sort, |name| link::with_query(path, &[("sort", Some(name))]));
        view! {
            <Tabs label="Sort" tabs=sorts/>
            {self.times(path).map(|tabs| view! { <Tabs label="Time" tabs/> })}
        }
    }

    fn times(self, path: &str) -> Option<Vec<Tab>> {
        let has_window = matches!(self.sort, PostSort::Top | PostSort::Controversial);
        let href = |name| link::with_query(path, &[("sort", Some(self.sort_name)), ("time", Some(name))]);
        has_window.then(|| tabs(&TIMES, self.time, href))
    }

    /// The parameters that name this list.
    pub(super) fn query(self) -> Vec<(&'static str, Option<&'static str>)> {
        let is_default = self.sort == PostSort::default();
        let has_time = self.time != TimeRange::default();
        vec![("sort", (!is_default).then_some(self.sort_name)), ("time", has_time.then_some(self.time_name))]
    }
}

/// The order of a thread, with its name.
pub(super) fn comment_sort() -> (CommentSort, &'static str) {
    let (sort, name, _) = chosen(&COMMENTS, "sort");
    (sort, name)
}

/// The orders of a thread.
pub(super) fn comment_tabs(path: &str, current: CommentSort) -> Vec<Tab> {
    tabs(&COMMENTS, current, |name| format!("{}#comments", link::with_query(path, &[("sort", Some(name))])))
}

/// The order of the directory, with its name.
pub(super) fn submolt_sort() -> (SubmoltSort, &'static str) {
    let (sort, name, _) = chosen(&SUBMOLTS, "sort");
    (sort, name)
}

/// The orders of the directory.
pub(super) fn submolt_tabs(current: SubmoltSort) -> Vec<Tab> {
    tabs(&SUBMOLTS, current, |name| link::with_query("/m", &[("sort", Some(name))]))
}

/// What a search looks through, with its name.
pub(super) fn search_scope() -> (SearchScope, &'static str) {
    let (scope, name, _) = chosen(&SEARCH, "type");
    (scope, name)
}

/// The same search through something else.
pub(super) fn search_tabs(text: &str, current: SearchScope) -> Vec<Tab> {
    tabs(&SEARCH, current, |name| {
        let chosen = (name != SEARCH[0].1).then_some(name);
        link::with_query("/search", &[("q", Some(text)), ("type", chosen)])
    })
}
