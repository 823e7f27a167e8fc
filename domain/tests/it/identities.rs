//! People for whom somebody outside vouches.

use chrono::Duration;
use domain::testing::TestDomain;
use types::actor::UserRole;
use types::error::Code;
use types::governance::{Suspend, UserFilter};
use types::page::PageRequest;
use types::user::{SignIn, SignUp, Vouched};

fn vouched(subject: &str, name: &str, role: Option<UserRole>) -> Vouched {
    Vouched { issuer: "https://sso.example".to_owned(), subject: subject.to_owned(), name: Some(name.to_owned()), role }
}

#[tokio::test]
async fn the_same_person_has_the_same_account_whatever_they_are_called() {
    let t = TestDomain::new().await;
    let ada = t.domain.sign_in_vouched(vouched("17", "Ada@example.org", None)).await.unwrap();
    assert_eq!((ada.handle.as_str(), ada.role), ("ada", UserRole::Member));
    let again = t.domain.sign_in_vouched(vouched("17", "ada.king", None)).await.unwrap();
    assert_eq!(again, ada);
    let elsewhere = Vouched { issuer: "https://other.example".to_owned(), ..vouched("17", "ada", None) };
    assert_ne!(t.domain.sign_in_vouched(elsewhere).await.unwrap().id, ada.id);
}

#[tokio::test]
async fn nobody_gets_an_account_by_being_called_like_its_owner() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let other = t.domain.sign_in_vouched(vouched("1", "grace", None)).await.unwrap();
    assert_ne!(Some(other.id), grace.user_id());
    assert!(other.handle.starts_with("grace-") && other.handle.len() == "grace-".len() + 6, "{}", other.handle);
    t.admin().await;
    let not_admin = t.domain.sign_in_vouched(vouched("2", "admin", None)).await.unwrap();
    assert!(not_admin.handle.starts_with("someone") && not_admin.role == UserRole::Member, "{not_admin:?}");
    let long = t.domain.sign_in_vouched(vouched("3", &"x".repeat(99), None)).await.unwrap();
    let longer = t.domain.sign_in_vouched(vouched("4", &"x".repeat(99), None)).await.unwrap();
    assert_eq!((long.handle.len(), longer.handle.len()), (32, 32));
}

#[tokio::test]
async fn the_role_follows_what_is_said_at_each_sign_in() {
    let t = TestDomain::new().await;
    let role = async |role| t.domain.sign_in_vouched(vouched("17", "ada", role)).await.unwrap().role;
    assert_eq!(role(Some(UserRole::Admin)).await, UserRole::Admin);
    assert_eq!(role(None).await, UserRole::Admin, "nobody says anything");
    assert_eq!(role(Some(UserRole::Member)).await, UserRole::Member);
}

#[tokio::test]
async fn who_is_suspended_does_not_come_in_this_way_either() {
    let t = TestDomain::new().await;
    let admin = t.admin().await;
    let ada = t.domain.sign_in_vouched(vouched("17", "ada", None)).await.unwrap();
    let suspend = Suspend { until: None, hours: Some(1), reason: "On leave".to_owned() };
    t.domain.suspend_user(&admin, ada.id, suspend).await.unwrap();
    let refused = t.domain.sign_in_vouched(vouched("17", "ada", Some(UserRole::Admin))).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    t.wait(Duration::hours(1));
    assert_eq!(t.domain.sign_in_vouched(vouched("17", "ada", None)).await.unwrap(), ada);
    let people = t.domain.governed_users(&admin, &UserFilter::default(), &PageRequest::first()).await.unwrap();
    let her = people.items.into_iter().find(|person| person.handle == "ada").unwrap();
    assert_eq!(her.issuers, ["https://sso.example"]);
}

#[tokio::test]
async fn many_at_once_make_one_account() {
    let t = TestDomain::new().await;
    let all = futures::future::join_all((0..8).map(|_| t.domain.sign_in_vouched(vouched("17", "ada", None)))).await;
    let ids: Vec<_> = all.into_iter().map(|user| user.unwrap().id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let t = TestDomain::new().await;
    for subject in ["", "a\0b", "a\nb", &"x".repeat(256)] {
        let refused = t.domain.sign_in_vouched(vouched(subject, "ada", None)).await.unwrap_err();
        assert_eq!(refused.code(), Code::Validation, "{subject:?}");
    }
    t.domain.sign_in_vouched(vouched("17", "\0\u{202e}<script>", None)).await.unwrap();
}

#[tokio::test]
async fn passwords_are_nothing_where_people_sign_in_elsewhere() {
    let t = TestDomain::with(|settings| settings.password_sign_in = false).await;
    let (handle, password) = ("ada".to_owned(), "a long password".to_owned());
    let sign_up = t.domain.sign_up(SignUp { handle: handle.clone(), password: password.clone() }).await;
    assert_eq!(sign_up.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.sign_in(SignIn { handle, password }).await.unwrap_err().code(), Code::Forbidden);
    t.domain.sign_in_vouched(vouched("17", "ada", None)).await.unwrap();
}
