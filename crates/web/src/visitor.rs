//! Who is asking, in which language and layout, and the context that follows for acts.

use crate::app::App;
use crate::cookies::Cookies;
use crate::frame::{Footer, Frame, FrameParts, Link, Mode, StaffBar};
use crate::texts::{Lang, Texts};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use store::{Actor, Channel, Ctx, Error, Purpose};

/// Posts of staff. What each may do stands in the policy table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 窗口人员.
    Clerk,
    /// 审批人员.
    Approver,
    /// 事项管理员.
    ItemSteward,
    /// 证照管理员.
    LicenceSteward,
    /// 印章保管人.
    SealKeeper,
    /// 单位负责人.
    UnitHead,
    /// 印章登记员, at the platform.
    SealRegistrar,
    /// 效能监督员.
    Supervisor,
    /// 系统管理员.
    Admin,
    /// 安全审计员.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: &[Role] = &[
        Role::Clerk,
        Role::Approver,
        Role::ItemSteward,
        Role::LicenceSteward,
        Role::SealKeeper,
        Role::UnitHead,
        Role::SealRegistrar,
        Role::Supervisor,
        Role::Admin,
        Role::Auditor,
    ];

    /// Stable label.
    pub fn label(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::Approver => "approver",
            Role::ItemSteward => "item-steward",
            Role::LicenceSteward => "licence-steward",
            Role::SealKeeper => "seal-keeper",
            Role::UnitHead => "unit-head",
            Role::SealRegistrar => "seal-registrar",
            Role::Supervisor => "supervisor",
            Role::Admin => "admin",
            Role::Auditor => "auditor",
        }
    }
}

/// A citizen who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citizen {
    /// Account id.
    pub account: i64,
    /// Person id once the real name is verified (L2).
    pub person: Option<i64>,
    /// Level of assurance, 1 to 4.
    pub level: u8,
    /// Name shown to himself.
    pub name: String,
    /// The enterprise he acts for, if any.
    pub acting: Option<Acting>,
}

/// For whom one acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Enterprise id.
    pub enterprise: i64,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: String,
}

/// A member of staff who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Staff id.
    pub id: i64,
    /// Staff number (工号).
    pub no: String,
    /// Name.
    pub name: String,
    /// Unit id.
    pub unit: i64,
    /// Unit name.
    pub unit_name: String,
    /// Region of the unit.
    pub region: String,
    /// Posts.
    pub roles: Vec<Role>,
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Who {
    /// Nobody signed in.
    Anonymous,
    /// A citizen.
    Citizen(Citizen),
    /// A member of staff.
    Staff(Staff),
}

/// The visitor of one request; an extractor of every handler.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who is asking.
    pub who: Who,
    /// Session row, when signed in.
    pub session: Option<i64>,
    /// Language.
    pub lang: Lang,
    /// Layout.
    pub mode: Mode,
    /// High contrast.
    pub high_contrast: bool,
    /// Region looked at (six digits).
    pub region: String,
    /// Token every form of this visitor carries.
    pub csrf: String,
    /// Path and query asked for.
    pub path: String,
    /// Network address, for limits and the sign-in log.
    pub ip: String,
    /// Reference number of this request, shown on error pages.
    pub reference: String,
}

impl Visitor {
    /// Somebody who is not looked up: for pages that must not need the database.
    pub(crate) fn unknown(cookies: &Cookies<'_>, request: &Parts, reference: &str) -> Visitor {
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        Visitor {
            who: Who::Anonymous,
            session: None,
            lang: cookies.lang,
            mode: if cookies.elder { Mode::Elder } else { Mode::Normal },
            high_contrast: cookies.high_contrast,
            region: cookies.region.to_owned(),
            csrf: String::new(),
            path: request.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            ip: peer.map_or_else(String::new, |p| p.0.ip().to_string()),
            reference: reference.to_owned(),
        }
    }

    /// The citizen, or a refusal.
    pub fn citizen(&self) -> store::Result<&Citizen> {
        match &self.who {
            Who::Citizen(citizen) => Ok(citizen),
            _ => Err(Error::Denied),
        }
    }

    /// The verified person behind the citizen (L2), or a refusal that leads to verification.
    pub fn person(&self) -> store::Result<i64> {
        self.citizen()?.person.ok_or_else(|| Error::refused("level-too-low"))
    }

    /// The member of staff, or a refusal.
    pub fn staff(&self) -> store::Result<&Staff> {
        match &self.who {
            Who::Staff(staff) => Ok(staff),
            _ => Err(Error::Denied),
        }
    }

    /// As acts see the visitor.
    pub fn actor(&self) -> Actor {
        match &self.who {
            Who::Anonymous => Actor::Anonymous,
            Who::Citizen(c) => Actor::Citizen(c.account),
            Who::Staff(s) => Actor::Staff(s.id),
        }
    }

    /// The context of an act: who, when, why, from where.
    pub fn ctx(&self, app: &App, purpose: Purpose) -> Ctx {
        let channel = match self.who {
            Who::Staff(_) => Channel::Window,
            _ if self.path.starts_with("/api/") => Channel::Api,
            _ => Channel::Web,
        };
        let (at, ids) = (app.clock().now(), app.store.ids().clone());
        Ctx { at, actor: self.actor(), purpose, channel, ids }
    }

    /// Whether the layout is for the old.
    pub fn elder(&self) -> bool {
        self.mode == Mode::Elder
    }

    /// Words in the visitor's language.
    pub fn t<'a>(&self, key: &'a str) -> &'a str {
        Texts::shipped().t(self.lang, key)
    }

    /// The frame of a citizen page. `title` is ready text.
    pub fn frame(&self, app: &App, title: impl Into<String>, nav: &'static str) -> Frame {
        let site = &app.site;
        let zh = self.lang == Lang::Zh;
        let pick = |a: &String, b: &String| if zh { a.clone() } else { b.clone() };
        let (who, acting_for) = match &self.who {
            Who::Citizen(c) => {
                (Some(c.name.clone()), c.acting.as_ref().map(|acting| acting.name.clone()))
            }
            Who::Staff(s) => (Some(s.name.clone()), None),
            Who::Anonymous => (None, None),
        };
        Frame::new(FrameParts {
            lang: self.lang,
            mode: self.mode,
            high_contrast: self.high_contrast,
            grey: site.grey,
            title: title.into(),
            site: pick(&site.name, &site.name_en),
            platform: pick(&site.platform, &site.platform_en),
            region: pick(&site.region_name, &site.region_name_en),
            who,
            csrf: self.csrf.clone(),
            path: self.path.clone(),
            nav,
            footer: footer(app, self.lang),
            hotline: site.hotline.clone(),
            sandbox: site.sandbox,
            acting_for,
            session_seconds: match self.who {
                Who::Citizen(_) => site.session.citizen_idle_seconds.try_into().unwrap_or(0),
                _ => 0,
            },
            ..FrameParts::default()
        })
    }

    /// The frame of a staff page.
    pub fn staff_frame(&self, app: &App, title: impl Into<String>, nav: Vec<Link>) -> Frame {
        let mut frame = self.frame(app, title, "staff");
        if let Who::Staff(staff) = &self.who {
            frame.lock_seconds = app.site.session.lock(&self.who).unwrap_or(0);
            let post = staff.roles.first().map_or("", |r| r.label());
            frame.staff = Some(StaffBar {
                name: staff.name.clone(),
                no: staff.no.clone(),
                unit: staff.unit_name.clone(),
                post: frame.tk("frame-role-", post),
                clock: wall_clock(&app.clock().now().compact()),
                nav,
            });
        }
        frame
    }
}

/// `HH:MM:SS` out of `yyyymmddhhmmss`; the staff bar's script counts on from it.
fn wall_clock(compact: &str) -> String {
    let part = |from: usize| compact.get(from..from + 2).unwrap_or("00");
    format!("{}:{}:{}", part(8), part(10), part(12))
}

fn footer(app: &App, lang: Lang) -> Footer {
    let site = &app.site;
    let pick = |zh: &String, en: &String| match lang {
        Lang::En if !en.is_empty() => en.clone(),
        _ => zh.clone(),
    };
    Footer {
        host: pick(&site.host, &site.host_en),
        undertaker: pick(&site.undertaker, &site.undertaker_en),
        site_code: site.site_code.clone(),
        icp: site.icp.clone(),
        police: site.police.clone(),
        ipv6: site.ipv6,
        hall: site.hall(lang).to_vec(),
        ..Footer::default()
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = crate::errors::Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Self::Rejection> {
        let found = parts.extensions.get::<Visitor>().cloned();
        found.ok_or_else(|| Error::internal("no visitor: the front layer is missing").into())
    }
}
