//! People for whom somebody outside vouches: an OpenID provider, or a proxy in front.
//!
//! An account belongs to what the voucher calls the person for ever, and to nothing else: a name or an address of mail may
//! be given to another person one day, and some providers let people choose them.

use super::users::{may_come_in, role_column, view};
use crate::Domain;
use crate::entity::{identity, user};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait};
use types::actor::{Actor, UserRole};
use types::limits;
use types::name::Handle;
use types::user::{UserView, Vouched};
use uuid::Uuid;

/// What somebody is called whose name cannot be used.
const NAMELESS: &str = "someone";
/// Letters behind a name that is taken: enough that the second try finds a free one.
const TAIL: usize = 6;
const NOT_THEIRS: &str = "the account of this person was deleted";

impl Domain {
    /// The account of a person for whom somebody outside vouches; made when they come for the first time. Their role is
    /// what the voucher says now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody suspended, [`Error::Gone`] for an account that was deleted, [`Error::Invalid`] for a
    /// name of the voucher's that is empty, too long or not printable.
    #[tracing::instrument(skip_all)]
    pub async fn sign_in_vouched(&self, person: Vouched) -> Result<UserView> {
        check("issuer", &person.issuer, limits::URL_MAX)?;
        check("subject", &person.subject, limits::SUBJECT_MAX_BYTES)?;
        if let Some(user) = self.known(&person).await? {
            return Ok(user);
        }
        match self.welcome(&person).await? {
            Some(user) => Ok(user),
            // Two came at once as the same person, and the other one made the account.
            None => self.known(&person).await?.ok_or(Error::Conflict("this person is just signing in elsewhere")),
        }
    }

    async fn known(&self, person: &Vouched) -> Result<Option<UserView>> {
        let Some((id, user)) = found(self.db().read(), person).await? else { return Ok(None) };
        let user = user.filter(|user| user.deleted_at.is_none()).ok_or(Error::Gone(NOT_THEIRS))?;
        may_come_in(&user, self.clock().now())?;
        let role = person.role.map(role_column).filter(|role| *role != user.role);
        let Some(role) = role else { return Ok(Some(view(user))) };
        let tx = self.db().begin().await?;
        let change = user::ActiveModel { id: Set(id), role: Set(role), ..Default::default() };
        let changed = change.update(&tx).await?;
        let entry = Entry::new("user.change_role", id).before(&user).after(&changed).because("as their groups say");
        self.commit(tx, &Actor::Anonymous, entry).await?;
        Ok(Some(view(changed)))
    }

    /// Makes the account; `None` if there is one already.
    async fn welcome(&self, person: &Vouched) -> Result<Option<UserView>> {
        let wanted = handle_of(person.name.as_deref());
        let tx = self.db().begin().await?;
        let id = self.clock().new_id();
        let mut handle = wanted.clone();
        while is_taken(&tx, &handle).await? {
            let id = self.clock().new_id().simple().to_string();
            let room = limits::AGENT_NAME_MAX - TAIL - 1;
            handle = format!("{}-{}", &wanted[..wanted.len().min(room)], &id[id.len() - TAIL..]);
        }
        let user = user::ActiveModel {
            id: Set(id),
            handle: Set(handle),
            password_hash: Set(None),
            role: Set(role_column(person.role.unwrap_or(UserRole::Member))),
            suspended_until: Set(None),
            created_at: Set(self.clock().now()),
            deleted_at: Set(None),
        };
        let user = match user.insert(&tx).await {
            Ok(user) => user,
            Err(e) if is_duplicate(&e) => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        let identity = identity::ActiveModel {
            issuer: Set(person.issuer.clone()),
            subject: Set(person.subject.clone()),
            user_id: Set(id),
            created_at: Set(user.created_at),
        };
        match identity::Entity::insert(identity).exec_without_returning(&tx).await {
            Ok(_) => {}
            Err(e) if is_duplicate(&e) => return Ok(None),
            Err(e) => return Err(e.into()),
        }
        self.commit(tx, &Actor::Anonymous, Entry::new("user.sign_up", id).after(&user)).await?;
        Ok(Some(view(user)))
    }
}

async fn found(db: &impl ConnectionTrait, person: &Vouched) -> Result<Option<(Uuid, Option<user::Model>)>> {
    let key = (person.issuer.clone(), person.subject.clone());
    let Some(identity) = identity::Entity::find_by_id(key).one(db).await? else { return Ok(None) };
    Ok(Some((identity.user_id, user::Entity::find_by_id(identity.user_id).one(db).await?)))
}

async fn is_taken(tx: &DatabaseTransaction, handle: &str) -> Result<bool> {
    use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
    Ok(user::Entity::find().filter(user::Column::Handle.eq(handle)).count(tx).await? > 0)
}

/// The nearest handle to what a person is called elsewhere: of an address, what stands before the `@`.
fn handle_of(name: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    let name = name.split('@').next().unwrap_or_default();
    let fitting: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' })
        .take(limits::AGENT_NAME_MAX)
        .collect();
    Handle::parse(fitting.trim_matches('-')).map_or_else(|_no_handle| NAMELESS.to_owned(), String::from)
}

fn check(field: &str, text: &str, most: usize) -> Result<()> {
    match text {
        "" => Err(Error::field(field, "must not be empty")),
        text if text.len() > most => Err(Error::field(field, format!("must be at most {most} bytes"))),
        text if text.chars().any(char::is_control) => Err(Error::field(field, "holds a control character")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_becomes_the_nearest_handle() {
        for (name, handle) in [
            (Some("ada"), "ada"),
            (Some("Ada.Lovelace@example.org"), "ada-lovelace"),
            (Some("system:serviceaccount:moltbook"), "system-serviceaccount-moltbook"),
            (Some("\u{414}\u{430}\u{448}\u{430}"), NAMELESS),
            (Some("admin"), NAMELESS),
            (Some("x"), NAMELESS),
            (Some("@@"), NAMELESS),
            (None, NAMELESS),
        ] {
            assert_eq!(handle_of(name), handle, "{name:?}");
        }
        assert_eq!(handle_of(Some(&"a".repeat(99))).len(), limits::AGENT_NAME_MAX);
    }
}
