//! Searching: one corpus, many queries, and the same answers on both databases.

use domain::seed::Size;
use domain::testing::{TestDomain, text};
use std::collections::{BTreeSet, HashMap, HashSet};
use types::actor::Actor;
use types::agent::{EditAgent, NewAgent};
use types::comment::NewComment;
use types::error::Code;
use types::id::PostId;
use types::page::{Page, PageRequest};
use types::post::NewPost;
use types::search::{ResultKind, SearchResult, SearchScope};
use types::submolt::NewSubmolt;
use types::vote::{Ballot, Direction};
use uuid::Uuid;

const AGENTS: [(&str, &str); 6] = [
    ("ada", "Measures tides and currents."),
    ("bob", "Counts fish."),
    ("cleo-9", "Écrit en français."),
    ("nautilus", "A bot that dives."),
    ("tide-bot", "Predicts high water."),
    ("deep_thought", "Thinks about 42."),
];

const SUBMOLTS: [(&str, &str); 3] =
    [("tides", "All about the sea going up and down."), ("reef-life", "Fish and corals."), ("code", "Programs, bugs.")];

/// Label, author, submolt, title, text.
const POSTS: [(&str, &str, &str, &str, &str); 26] = [
    ("p1", "ada", "tides", "Tide clock", "A clock that shows the tides."),
    ("p2", "ada", "tides", "How the moon pulls the water", "The moon makes the tide rise twice a day."),
    ("p3", "bob", "reef-life", "Counting clownfish", "I counted forty clownfish in one anemone."),
    ("p4", "bob", "reef-life", "Bleached corals", "The corals lose their colours when the water warms."),
    ("p5", "cleo-9", "general", "Le café du port", "Un café crème, s'il vous plaît."),
    ("p6", "cleo-9", "general", "Straßenmusik", "Über die Brücke, naïve Töne."),
    ("p7", "nautilus", "reef-life", "Diving at night", "At night the octopus hunts. Don't shine your lamp."),
    ("p8", "nautilus", "general", "Low water", "Low water at noon; high water at six."),
    ("p9", "tide-bot", "tides", "High water", "The water was low, then high."),
    ("p10", "tide-bot", "tides", "Storm surge warning", "A storm pushes the tide over the wall."),
    ("p11", "deep_thought", "code", "gpt-4o against gpt-5", "I compared gpt-4o with gpt-5 on tide tables."),
    ("p12", "deep_thought", "code", "Rust: unwrap considered harmful", "Never unwrap; use the ? operator."),
    ("p13", "deep_thought", "code", "C++ and Rust", "Both compile; Rust borrows."),
    ("p14", "ada", "code", "Tables as CSV", "https://example.org/tide-tables.csv"),
    ("p15", "bob", "general", "東京湾の潮", "東京湾の潮位を測る。"),
    ("p16", "bob", "general", "Привет, мир", "Первый пост о приливах."),
    ("p17", "deep_thought", "general", "42", "The answer."),
    ("p18", "ada", "general", "Analysis of the bus class", "A bus has no glass roof."),
    ("p19", "bob", "general", "Ponies and stories", "One pony tells a story."),
    ("p20", "ada", "general", "tide  clock!", "Another one."),
    ("p21", "bob", "general", "The tide clock broke", "It stopped."),
    ("p22", "cleo-9", "general", "Hidden", "zero\u{200b}width and soft\u{ad}hyphen"),
    ("p23", "tide-bot", "general", "DROP TABLE posts", "'; DROP TABLE posts; --"),
    ("p24", "nautilus", "general", "NOT AND OR NEAR", "Words of query languages: AND, OR, NOT."),
    ("p25", "bob", "code", "snake_case_name and kebab-case-name", "Names with signs."),
    ("p26", "ada", "general", "moltbook.example", "See https://www.moltbook.example/m/general"),
];

/// Label, author, post, text.
const COMMENTS: [(&str, &str, &str, &str); 10] = [
    ("c1", "bob", "p1", "My clock is slow by one tide."),
    ("c2", "tide-bot", "p1", "Low battery, not low water."),
    ("c3", "ada", "p3", "Forty? I saw twelve."),
    ("c4", "bob", "p7", "Octopus or squid?"),
    ("c5", "ada", "p10", "The storm never came."),
    ("c6", "bob", "p12", "unwrap is fine in tests"),
    ("c7", "ada", "p5", "Café noir pour moi"),
    ("c8", "cleo-9", "p15", "潮が高い"),
    ("c9", "nautilus", "p18", "glass"),
    ("c10", "cleo-9", "p11", "gpt 4o is fast"),
];

/// What each query finds, in any order.
const QUERIES: [(&str, &str); 58] = [
    ("tide", "@ada @tide-bot m/tides p1 p2 p10 p11 p14 p20 p21 c1"),
    ("TIDES", "@ada @tide-bot m/tides p1 p2 p10 p11 p14 p20 p21 c1"),
    ("tide clock", "p1 p20 p21 c1"),
    ("clock tide", "p1 p20 p21 c1"),
    ("\"tide clock\"", "p1 p20 p21"),
    ("\"clock tide\"", ""),
    ("tide -clock", "@ada @tide-bot m/tides p2 p10 p11 p14"),
    ("tide -\"tide clock\"", "@ada @tide-bot m/tides p2 p10 p11 p14 c1"),
    ("low water", "p8 p9 c2"),
    ("\"low water\"", "p8 c2"),
    ("\"high water\"", "@tide-bot p8 p9"),
    ("water -low -high", "p2 p4"),
    ("cafe", "p5 c7"),
    ("CAFÉ", "p5 c7"),
    ("cafe\u{301}", "p5 c7"),
    ("creme", "p5"),
    ("strassenmusik", ""),
    ("straßenmusik", "p6"),
    ("uber brucke naive", "p6"),
    ("ecrit francais", "@cleo-9"),
    ("corals", "p4 m/reef-life"),
    ("coral", "p4 m/reef-life"),
    ("fish", "@bob m/reef-life"),
    ("clownfish", "p3"),
    ("forty", "p3 c3"),
    ("octopus", "p7 c4"),
    ("dont", "p7"),
    ("don't", "p7"),
    ("don’t shine", "p7"),
    ("storm", "p10 c5"),
    ("storm author:ada", "c5"),
    ("storm submolt:tides", "p10 c5"),
    ("storm submolt:code", ""),
    ("author:ada", "p1 p2 p14 p18 p20 p26 c3 c5 c7 m/tides m/reef-life m/code"),
    ("author:@ADA type:comments", "c3 c5 c7"),
    ("author:nobody", ""),
    ("submolt:tides -storm", "p1 p2 p9 c1 c2"),
    ("submolt:nowhere tide", ""),
    ("type:agents tide", "@ada @tide-bot"),
    ("type:skills tide", ""),
    ("gpt-4o", "p11 c10"),
    ("gpt 4o", "p11 c10"),
    ("gpt", "p11 c10"),
    ("c++", "p13"),
    ("unwrap", "p12 c6"),
    ("潮", "p15 c8"),
    ("東京", "p15"),
    ("京東", ""),
    ("привет", "p16"),
    ("приливах", "p16"),
    ("42", "@deep_thought p17"),
    ("class", "p18"),
    ("glass", "p18 c9"),
    ("pony story", "p19"),
    ("zerowidth softhyphen", "p22"),
    ("'; DROP TABLE posts; --", "p23"),
    ("not and or near", "p24"),
    ("snake_case_name", "p25"),
];

/// The corpus, and a label for each id in it.
struct Corpus {
    t: TestDomain,
    labels: HashMap<Uuid, String>,
    agents: HashMap<&'static str, Actor>,
}

impl Corpus {
    async fn new() -> Self {
        let t = TestDomain::new().await;
        let (mut labels, mut agents, mut posts) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (name, about) in AGENTS {
            let request = NewAgent { name: name.to_owned(), description: Some(about.to_owned()), invite_code: None };
            let registered = t.domain.register_agent(request).await.unwrap();
            let actor = t.domain.agent_by_key(&registered.api_key).await.unwrap();
            labels.insert(registered.agent.id.0, format!("@{name}"));
            agents.insert(name, actor);
        }
        for (name, about) in SUBMOLTS {
            let request =
                NewSubmolt { name: name.to_owned(), description: Some(about.to_owned()), ..NewSubmolt::default() };
            let founded = t.domain.create_submolt(&agents["ada"], request).await.unwrap();
            labels.insert(founded.id.0, format!("m/{name}"));
        }
        for (label, author, submolt, title, content) in POSTS {
            let is_link = content.starts_with("https://");
            let request = NewPost {
                content: (!is_link).then(|| content.to_owned()),
                url: is_link.then(|| content.to_owned()),
                ..text(title, submolt)
            };
            let post = t.domain.create_post(&agents[author], request).await.unwrap();
            labels.insert(post.id.0, label.to_owned());
            posts.insert(label, post.id);
        }
        for (label, author, post, content) in COMMENTS {
            let comment = t.domain.create_comment(&agents[author], posts[post], says(content)).await.unwrap();
            labels.insert(comment.id.0, label.to_owned());
        }
        Self { t, labels, agents }
    }

    async fn page(&self, query: &str, page: &PageRequest) -> Page<SearchResult> {
        self.t.domain.search(&Actor::Anonymous, query, SearchScope::All, page).await.unwrap()
    }

    /// What a query finds, in pages of `by`.
    async fn found(&self, query: &str, by: u64) -> Vec<String> {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.page(query, &PageRequest::new(Some(by), cursor, None)).await;
            found.extend(page.items.iter().map(|result| self.labels.get(&result.id).cloned().unwrap_or_default()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return found;
            }
        }
    }
}

fn says(content: &str) -> NewComment {
    NewComment { content: content.to_owned(), parent_id: None }
}

async fn search(t: &TestDomain, who: &Actor, query: &str) -> Vec<SearchResult> {
    t.domain.search(who, query, SearchScope::All, &PageRequest::first()).await.unwrap().items
}

#[tokio::test]
async fn queries_find_what_they_should_and_nothing_else() {
    let corpus = Corpus::new().await;
    let mut wrong = Vec::new();
    for (query, expected) in QUERIES {
        let expected: BTreeSet<&str> = expected.split_whitespace().collect();
        for by in [3, 50] {
            let found = corpus.found(query, by).await;
            let distinct: BTreeSet<&str> = found.iter().map(String::as_str).collect();
            if distinct != expected || distinct.len() != found.len() {
                wrong.push(format!("{query:?} by {by}: found {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn an_exact_name_or_title_comes_first_then_titles_then_texts() {
    let corpus = Corpus::new().await;
    for (query, first) in [
        ("ada", "@ada"),
        ("TIDE-BOT", "@tide-bot"),
        ("tide bot", "@tide-bot"),
        ("tides", "m/tides"),
        ("reef life", "m/reef-life"),
        ("low water", "p8"),
        ("High Water", "p9"),
        ("c++ and rust", "p13"),
        ("42", "p17"),
        ("東京湾の潮", "p15"),
    ] {
        assert_eq!(corpus.found(query, 50).await.first().map(String::as_str), Some(first), "{query}");
    }
    // Two posts have this title; the others hold the words in a title, or in a text.
    assert_eq!(corpus.found("tide clock", 50).await, ["p20", "p1", "p21", "c1"]);
    let relevance: Vec<f64> =
        corpus.page("tide clock", &PageRequest::first()).await.items.iter().map(|result| result.relevance).collect();
    assert_eq!(relevance, [1.0, 1.0, 0.75, 0.5]);
}

#[tokio::test]
async fn a_higher_score_goes_before_a_younger_text() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let liked = t.post(&ada, "Old anemone").await.id;
    let disliked = t.post(&ada, "Bad anemone").await.id;
    t.wait(chrono::Duration::days(10));
    let young = t.post(&ada, "Young anemone").await.id;
    let order = async || {
        let found = search(&t, &Actor::Anonymous, "anemone").await;
        found.iter().map(|result| PostId(result.id)).collect::<Vec<_>>()
    };
    assert_eq!(order().await, [young, disliked, liked]);
    for i in 0..10 {
        let voter = t.agent(&format!("voter-{i}")).await;
        t.domain.vote_on_post(&voter, liked, Ballot::Set(Some(Direction::Up))).await.unwrap();
        t.domain.vote_on_post(&voter, disliked, Ballot::Set(Some(Direction::Down))).await.unwrap();
    }
    assert_eq!(order().await, [liked, young, disliked]);
}

#[tokio::test]
async fn what_is_deleted_or_changed_is_found_no_more_or_anew() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Vanishing anemone").await;
    let comment = t.domain.create_comment(&ada, post.id, says("A passing cuttlefish")).await.unwrap();
    assert_eq!(search(&t, &ada, "anemone").await.len(), 1);
    assert_eq!(search(&t, &ada, "cuttlefish").await.len(), 1);
    t.domain.delete_comment(&ada, comment.id).await.unwrap();
    t.domain.delete_post(&ada, post.id).await.unwrap();
    for query in ["anemone", "cuttlefish", "deleted", "author:ada"] {
        assert_eq!(search(&t, &ada, query).await, [], "{query}");
    }
    let edit = EditAgent { description: Some("Now about limpets".to_owned()), ..EditAgent::default() };
    t.domain.edit_me(&ada, edit).await.unwrap();
    assert_eq!(search(&t, &ada, "limpet").await[0].author.name, "ada");
}

#[tokio::test]
async fn a_result_says_what_it_is_and_where_it_matched() {
    let corpus = Corpus::new().await;
    let found = corpus.page("glass author:nautilus", &PageRequest::first()).await.items;
    let [comment] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((comment.kind, comment.title.as_deref()), (ResultKind::Comment, None));
    assert_eq!(comment.content.as_deref(), Some("⟦HL⟧glass⟦/HL⟧"));
    assert_eq!(comment.post.as_ref().map(|post| post.title.as_str()), Some("Analysis of the bus class"));
    assert_eq!(comment.submolt.as_ref().map(|submolt| submolt.name.as_str()), Some("general"));
    assert_eq!(comment.post_id, comment.post.as_ref().map(|post| post.id));
    assert!(comment.url.ends_with(&format!("#c-{}", comment.id)), "{}", comment.url);

    let found = corpus.page("\"tide clock\" submolt:tides", &PageRequest::first()).await.items;
    assert_eq!(found[0].title.as_deref(), Some("⟦HL⟧Tide clock⟦/HL⟧"));
    assert_eq!(found[0].content.as_deref(), Some("A clock that shows the tides."));
    let found = corpus.page("whatever place", &PageRequest::first()).await.items;
    assert_eq!((found[0].author.id, found[0].author.name.as_str()), (None, "moltbook"));
}

#[tokio::test]
async fn scopes_restrict_and_skills_are_none_yet() {
    let corpus = Corpus::new().await;
    for (scope, expected) in [
        (SearchScope::All, 11),
        (SearchScope::Posts, 7),
        (SearchScope::Comments, 1),
        (SearchScope::Agents, 2),
        (SearchScope::Submolts, 1),
        (SearchScope::Skills, 0),
    ] {
        let page = PageRequest::first();
        let found = corpus.t.domain.search(&Actor::Anonymous, "tide", scope, &page).await.unwrap().items;
        assert_eq!(found.len(), expected, "{scope:?}");
    }
}

#[tokio::test]
async fn pages_stay_in_place_while_texts_are_added() {
    let corpus = Corpus::new().await;
    let first = corpus.page("tide", &PageRequest::new(Some(4), None, None)).await;
    corpus.t.post(&corpus.agents["bob"], "A late tide").await;
    let mut seen: Vec<Uuid> = first.items.iter().map(|result| result.id).collect();
    let mut cursor = first.next_cursor;
    while let Some(next) = cursor {
        let page = corpus.page("tide", &PageRequest::new(Some(4), Some(next), None)).await;
        seen.extend(page.items.iter().map(|result| result.id));
        cursor = page.next_cursor;
    }
    assert_eq!(seen.len(), 11);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 11);
}

#[tokio::test]
async fn common_words_are_paged_without_gaps_or_repeats() {
    let t = TestDomain::new().await;
    t.domain
        .seed(Size { agents: 6_000, submolts: 80, posts: 20, comments: 4_500, votes: 300 }, 7, |_, _| ())
        .await
        .unwrap();
    let mut seen = HashSet::new();
    let mut cursor = None;
    let mut votes = Vec::new();
    loop {
        let page = PageRequest::new(Some(50), cursor, None);
        let page = t.domain.search(&Actor::Anonymous, "looked -nothing", SearchScope::All, &page).await.unwrap();
        for result in page.items {
            assert!(seen.insert(result.id), "{} twice", result.id);
            votes.push(result.upvotes - result.downvotes);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 4_500);
    // One in fifty comments of the seed has this word; one has the other.
    let page = PageRequest::new(Some(50), None, None);
    let found = t.domain.search(&Actor::Anonymous, "lagoon", SearchScope::Comments, &page).await.unwrap();
    assert_eq!((found.items.len(), found.has_more()), (50, true));
    assert_eq!(search(&t, &Actor::Anonymous, "nautilus").await.len(), 1);
    // Among many names that are much alike the right ones are suggested.
    for (typed, meant) in [("agnet-77", "agent-77"), ("agnet-421", "agent-421"), ("agnet-5005", "agent-5005")] {
        let suggestions = t.domain.suggest(&Actor::Anonymous, typed).await.unwrap();
        assert_eq!(suggestions.first().map(|suggestion| suggestion.text.as_str()), Some(meant));
    }
}

#[tokio::test]
async fn names_and_titles_are_completed_and_typing_errors_forgiven() {
    let corpus = Corpus::new().await;
    let suggested = async |typed: &str| {
        let suggestions = corpus.t.domain.suggest(&Actor::Anonymous, typed).await.unwrap();
        suggestions.into_iter().map(|suggestion| suggestion.text).collect::<Vec<_>>()
    };
    assert_eq!(suggested("nau").await, ["nautilus"]);
    assert_eq!(suggested("nautlius").await, ["nautilus"]);
    assert_eq!(suggested("Tide-B").await[0], "tide-bot");
    assert_eq!(suggested("ti").await[0], "tides");
    assert_eq!(suggested("counting cl").await, ["Counting clownfish"]);
    assert_eq!(suggested("caf").await, Vec::<String>::new());
    assert_eq!(suggested("...").await, Vec::<String>::new());
    assert!(suggested("t").await.len() <= 10);

    let found = corpus.found("nautlius", 20).await;
    assert_eq!(found, ["@nautilus"]);
    assert_eq!(corpus.found("nautlius type:posts", 20).await, Vec::<String>::new());
}

#[tokio::test]
async fn bad_searches_are_refused_and_strange_ones_are_not() {
    let t = TestDomain::new().await;
    let anyone = Actor::Anonymous;
    for text in ["", "  ", "a\0b", "a\u{7}b", &"x".repeat(501)] {
        let page = PageRequest::first();
        let refused = t.domain.search(&anyone, text, SearchScope::All, &page).await.unwrap_err();
        assert_eq!(refused.code(), Code::Validation, "{text:?}");
        assert_eq!(t.domain.suggest(&anyone, text).await.unwrap_err().code(), Code::Validation, "{text:?}");
    }
    let bad = PageRequest::new(None, Some("nonsense".to_owned()), None);
    let refused = t.domain.search(&anyone, "tide", SearchScope::All, &bad).await.unwrap_err();
    assert_eq!(refused.code(), Code::BadRequest);
    let all = &"ab ".repeat(166);
    for text in
        ["\"", "-", "*", "'", "\\", "(((", "a:*", "% _", "author:", "NEAR(a b)", "{title}: x", "\u{202e}", "💥", all]
    {
        assert!(search(&t, &anyone, text).await.is_empty(), "{text:?}");
        t.domain.suggest(&anyone, text).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_private_or_for_adults_is_found_by_those_who_belong_there() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    for (name, is_private) in [("cave", true), ("grotto", false)] {
        let request = NewSubmolt { name: name.to_owned(), is_private, is_nsfw: !is_private, ..NewSubmolt::default() };
        t.domain.create_submolt(&ada, request).await.unwrap();
        let post = t.domain.create_post(&ada, text("An anemone", name)).await.unwrap();
        t.domain.create_comment(&ada, post.id, says("That anemone again")).await.unwrap();
    }
    for (who, query, expected) in [
        (&ada, "anemone", 4),
        (&bob, "anemone", 0),
        (&Actor::Anonymous, "anemone", 0),
        (&bob, "anemone submolt:cave", 0),
        (&bob, "anemone submolt:grotto", 2),
        (&bob, "author:ada", 0),
        (&bob, "cave", 0),
    ] {
        assert_eq!(search(&t, who, query).await.len(), expected, "{query}");
    }
    assert_eq!(t.domain.suggest(&bob, "an ane").await.unwrap(), []);
    assert_eq!(t.domain.suggest(&bob, "cav").await.unwrap(), []);
}
