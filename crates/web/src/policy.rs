//! Who may enter where: every route stands in one table with its lock, and the lock is hung here.

use crate::app::App;
use crate::errors::Fault;
use crate::gate::Class;
use crate::visitor::{Role, Visitor, Who};
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use std::collections::HashMap;
use std::sync::Arc;
use store::Error;

/// Who may enter a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the short public list.
    Public,
    /// A citizen at least at this level of assurance.
    Citizen(u8),
    /// Staff with one of these posts.
    Staff(&'static [Role]),
    /// Any member of staff.
    AnyStaff,
    /// Anybody signed in.
    SignedIn,
}

/// What the visitor must have to do with the thing in the address; checked where the rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Nothing in particular.
    None,
    /// It is his own (or that of whom he acts for).
    Own,
    /// It belongs to his unit.
    Unit,
    /// The address itself is a secret token.
    Token,
}

/// One line of the address map.
#[derive(Debug, Clone)]
pub struct Line {
    /// GET or POST.
    pub method: Method,
    /// Path with `{placeholders}`.
    pub path: &'static str,
    /// Who may enter.
    pub access: Access,
    /// What he must have to do with the thing.
    pub relation: Relation,
    /// How much others depend on it.
    pub class: Class,
}

/// Which class an address is of unless the map says otherwise: staff work, whoever signed in works when he
/// writes and looks after his own when he reads, everybody else reads.
fn usual(method: &Method, access: Access) -> Class {
    match (access, method == Method::GET) {
        (Access::AnyStaff | Access::Staff(_), _) | (_, false) => Class::Work,
        (Access::Citizen(_) | Access::SignedIn, true) => Class::Look,
        (Access::Public, true) => Class::Read,
    }
}

/// Template and class by method and template.
type Classes<'p> = HashMap<(Method, &'p str), (&'static str, Class)>;

/// The classes of all addresses, for who meets a request before its handler does.
#[derive(Clone, Default)]
pub(crate) struct Table(Arc<Classes<'static>>);

impl Table {
    /// Template and class of an address; `-` for one that is none of ours.
    pub(crate) fn find(&self, method: &Method, path: &str) -> (&'static str, Class) {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let all: &Classes<'_> = &self.0;
        all.get(&(method.clone(), path)).copied().unwrap_or(("-", Class::Read))
    }
}

/// The address map being written.
pub struct Routes {
    app: App,
    router: Router,
    lines: Vec<Line>,
}

impl Routes {
    /// An empty map.
    pub fn new(app: App) -> Routes {
        Routes { app, router: Router::new(), lines: Vec::new() }
    }

    /// Adds a page or read.
    pub fn get(
        self,
        path: &'static str,
        access: Access,
        relation: Relation,
        handler: MethodRouter,
    ) -> Routes {
        self.add(Method::GET, path, access, relation, handler)
    }

    /// Adds a form or write.
    pub fn post(
        self,
        path: &'static str,
        access: Access,
        relation: Relation,
        handler: MethodRouter,
    ) -> Routes {
        self.add(Method::POST, path, access, relation, handler)
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        relation: Relation,
        handler: MethodRouter,
    ) -> Routes {
        let locked =
            handler.layer(middleware::from_fn(move |request, next| lock(access, request, next)));
        self.router = self.router.route(path, locked);
        let class = usual(&method, access);
        self.lines.push(Line { method, path, access, relation, class });
        self
    }

    /// Says of some addresses by name which class they are of; gives back those that are on no map.
    pub fn classed<'n>(
        &mut self,
        named: &[(&'n str, &'n str, Class)],
    ) -> Vec<(&'n str, &'n str, Class)> {
        let mut unknown = Vec::new();
        for (method, path, class) in named {
            let same = |line: &&mut Line| line.method == *method && line.path == *path;
            match self.lines.iter_mut().find(same) {
                Some(line) => line.class = *class,
                None => unknown.push((*method, *path, *class)),
            }
        }
        unknown
    }

    /// The table, for documents and for the test that walks it.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The whole service: routes behind their locks, behind the front layer.
    pub fn into_service(self) -> Router {
        let lines = self.lines.into_iter();
        let classes = lines.map(|l| ((l.method, l.path), (l.path, l.class))).collect();
        crate::front::wrap(self.app, Table(Arc::new(classes)), self.router)
    }
}

async fn lock(access: Access, request: Request, next: Next) -> Response {
    if access == Access::Public {
        return next.run(request).await;
    }
    let Some(visitor) = request.extensions().get::<Visitor>() else {
        return Fault::from(Error::internal("no visitor")).into_response();
    };
    match admit(access, visitor) {
        Ok(()) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}

/// The decision of the lock: pure, so that the table can be tested without a server.
pub fn admit(access: Access, visitor: &Visitor) -> Result<(), Fault> {
    let sign_in = |page: &str, words| {
        let next: String = visitor.path.bytes().map(crate::front::escape).collect();
        Err(Fault::leading_to(
            Error::refused("sign-in-first"),
            format!("{page}?next={next}"),
            words,
        ))
    };
    let citizen_door = || sign_in("/login", "err-way-sign-in");
    let staff_door = || sign_in("/staff/login", "err-way-sign-in");
    match (access, &visitor.who) {
        (Access::Public, _) => Ok(()),
        (Access::SignedIn, Who::Anonymous) | (Access::Citizen(_), Who::Anonymous) => citizen_door(),
        (Access::SignedIn, _) => Ok(()),
        (Access::Citizen(level), Who::Citizen(c)) if c.level >= level => Ok(()),
        (Access::Citizen(_), Who::Citizen(_)) => {
            let next: String = visitor.path.bytes().map(crate::front::escape).collect();
            let href = format!("/verify-me?next={next}");
            Err(Fault::leading_to(Error::refused("level-too-low"), href, "err-way-verify-me"))
        }
        (Access::Citizen(_), Who::Staff(_)) => Err(Error::Denied.into()),
        (Access::AnyStaff | Access::Staff(_), Who::Anonymous) => staff_door(),
        (Access::AnyStaff | Access::Staff(_), Who::Citizen(_)) => Err(Error::Denied.into()),
        (Access::AnyStaff, Who::Staff(_)) => Ok(()),
        (Access::Staff(posts), Who::Staff(staff)) => {
            let fits = posts.iter().any(|post| staff.roles.contains(post));
            if fits { Ok(()) } else { Err(Error::Denied.into()) }
        }
    }
}
