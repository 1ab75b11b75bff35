//! No door without a lock: every route is walked by nobody, by citizens and by every post.

use crate::town::{Person, Town};
use axum::http::Method;
use web::policy::{Access, Line, Relation};
use web::{Acting, Citizen, Role, Staff, Who};

/// Public addresses: only people extend this list.
const PUBLIC: &str = include_str!("../../../../docs/generated/public-routes.txt");

fn concrete(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "99010220261116000001" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn status(person: &Person<'_>, line: &Line) -> u16 {
    let kind = "application/x-www-form-urlencoded";
    let post = line.method == Method::POST;
    let (kind, body) = if post { (kind, Some(Vec::new())) } else { ("", None) };
    let (page, next) = person.once(line.method.as_str(), &concrete(line.path), kind, body).await;
    match next {
        Some(next) if next.starts_with("/login?") || next.starts_with("/staff/login?") => 401,
        _ => page.status.as_u16(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anonymous_enter_only_the_public_list() {
    let town = Town::new().await;
    let mut public = Vec::new();
    for line in town.node.routes().lines() {
        let person = town.visitor();
        let got = status(&person, line).await;
        assert!(got < 500, "{} {} answers {got}", line.method, line.path);
        if line.access == Access::Public {
            public.push(format!("{} {}", line.method, line.path));
            assert_ne!(got, 401, "{} is public", line.path);
        } else {
            assert_eq!(got, 401, "{} {} lets the anonymous in", line.method, line.path);
        }
    }
    let expected: Vec<&str> = PUBLIC.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(public, expected, "the public list changed: a person must look at it");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_meets_the_lock_that_the_table_promises() {
    let town = Town::new().await;
    let citizen = |level| {
        Who::Citizen(Citizen {
            account: 1,
            person: (level > 1).then_some(1),
            level,
            name: "某".into(),
            acting: None::<Acting>,
        })
    };
    let staff = |role| {
        Who::Staff(Staff {
            id: 1,
            no: "1".into(),
            name: "某".into(),
            unit: 1,
            unit_name: "某".into(),
            region: "990102".into(),
            roles: vec![role],
        })
    };
    let mut all = vec![citizen(1), citizen(2)];
    all.extend(Role::ALL.iter().map(|role| staff(*role)));
    for who in all {
        let person = town.signed_in(who.clone()).await;
        for line in town.node.routes().lines() {
            if line.path.contains("logout") {
                continue;
            }
            let allowed = match (line.access, &who) {
                (Access::Public | Access::SignedIn, _) => true,
                (Access::Citizen(needed), Who::Citizen(c)) => c.level >= needed,
                (Access::AnyStaff, Who::Staff(_)) => true,
                (Access::Staff(roles), Who::Staff(s)) => roles.contains(&s.roles[0]),
                _ => false,
            };
            let got = status(&person, line).await;
            assert!(got < 500, "{} {} answers {got} to {who:?}", line.method, line.path);
            if !allowed {
                let refused = matches!(got, 303 | 401 | 403);
                assert!(refused, "{} {} answers {got} to {who:?}", line.method, line.path);
            }
            let strangers = matches!(line.relation, Relation::Own | Relation::Unit);
            if allowed && strangers && line.path.contains('{') && line.method == Method::GET {
                assert!(
                    matches!(got, 403 | 404),
                    "{} answers {got} to a stranger {who:?}",
                    line.path
                );
            }
        }
    }
    town.close().await;
}
