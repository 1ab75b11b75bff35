//! What the clock is told: limits, pauses, the extension, and the thresholds of the light.

use serde::{Deserialize, Serialize};

use crate::{CodeError, Day};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 工作日.
    WorkDay,
    /// 自然日.
    CalendarDay,
    /// 月, to the same day of a later month (民法典 art. 202).
    Month,
    /// 年.
    Year,
    /// 即办: the day of acceptance; the number is not looked at.
    Instant,
}

impl Unit {
    /// Stable name, as serde and the wordings write it.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::WorkDay => "work-day",
            Unit::CalendarDay => "calendar-day",
            Unit::Month => "month",
            Unit::Year => "year",
            Unit::Instant => "instant",
        }
    }
}

/// A limit of an item: so many of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    /// How many.
    pub n: u32,
    /// Of what.
    pub unit: Unit,
}

impl Limit {
    /// Twenty working days: what the law sets where nothing else is set (art. 42 ¶1).
    pub const STATUTORY: Limit = Limit::workdays(20);
    /// Forty-five working days for joint handling (art. 42 ¶2).
    pub const JOINT: Limit = Limit::workdays(45);
    /// 即办.
    pub const INSTANT: Limit = Limit { n: 0, unit: Unit::Instant };

    /// So many working days.
    pub const fn workdays(n: u32) -> Limit {
        Limit { n, unit: Unit::WorkDay }
    }

    /// Key of the wording "5 个工作日" in `codes.ftl`.
    pub const fn key(self) -> &'static str {
        "codes-limit"
    }

    /// Values of that wording.
    pub fn args(self) -> Vec<(&'static str, String)> {
        vec![("n", self.n.to_string()), ("unit", self.unit.name().to_string())]
    }

    /// Reads the units catalogues write: 工作日, 自然日 or 日历日 or 天, 月 or 个月, 年, 即办 or 即时.
    ///
    /// # Errors
    /// `limit-form` for any other unit, or above 3,660 days' worth (ten years).
    pub fn parse(n: u32, unit: &str) -> Result<Limit, CodeError> {
        let (unit, longest) = match unit.trim() {
            "工作日" | "个工作日" | "workday" | "work-day" => (Unit::WorkDay, 3_660),
            "自然日" | "日历日" | "天" | "日" | "calendar-day" => {
                (Unit::CalendarDay, 3_660)
            }
            "月" | "个月" | "month" => (Unit::Month, 120),
            "年" | "year" => (Unit::Year, 10),
            "即办" | "即时" | "instant" => (Unit::Instant, u32::MAX),
            _ => return Err(CodeError::new("limit-form")),
        };
        if n > longest {
            return Err(CodeError::new("limit-form"));
        }
        Ok(Limit { n, unit })
    }

    /// Whether a promise keeps within a statutory limit: every catalogue check asks it. Different
    /// units are compared by the days they last at the least (a month 28 days, five working days a
    /// week), so a doubtful pair is answered `false`.
    pub fn within(self, statutory: Limit) -> bool {
        if self.unit == Unit::Instant || self.unit == statutory.unit {
            return self.unit == Unit::Instant || self.n <= statutory.n;
        }
        self.days(true) <= statutory.days(false)
    }

    fn days(self, at_most: bool) -> u64 {
        let n = u64::from(self.n);
        match self.unit {
            Unit::Instant => 0,
            Unit::CalendarDay => n,
            // The longest holidays free eight days in a row beside the weekends.
            Unit::WorkDay if at_most => n.div_ceil(5) * 7 + 8,
            Unit::WorkDay => n,
            Unit::Month => n * if at_most { 31 } else { 28 },
            Unit::Year => n * if at_most { 366 } else { 365 },
        }
    }
}

/// Kinds of special procedure, whose time is not counted (行政许可法 art. 45).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseKind {
    /// 听证.
    Hearing,
    /// 招标.
    Tender,
    /// 拍卖.
    Auction,
    /// 检验.
    Inspection,
    /// 检测.
    Testing,
    /// 检疫.
    Quarantine,
    /// 鉴定.
    Appraisal,
    /// 专家评审.
    ExpertReview,
    /// 现场核查, where the item's own law takes its time out of the limit.
    SiteCheck,
}

impl PauseKind {
    /// Every kind, in the law's order.
    pub const ALL: [PauseKind; 9] = [
        PauseKind::Hearing,
        PauseKind::Tender,
        PauseKind::Auction,
        PauseKind::Inspection,
        PauseKind::Testing,
        PauseKind::Quarantine,
        PauseKind::Appraisal,
        PauseKind::ExpertReview,
        PauseKind::SiteCheck,
    ];

    /// Stable name, as serde, packs and the wordings write it.
    pub const fn name(self) -> &'static str {
        match self {
            PauseKind::Hearing => "hearing",
            PauseKind::Tender => "tender",
            PauseKind::Auction => "auction",
            PauseKind::Inspection => "inspection",
            PauseKind::Testing => "testing",
            PauseKind::Quarantine => "quarantine",
            PauseKind::Appraisal => "appraisal",
            PauseKind::ExpertReview => "expert-review",
            PauseKind::SiteCheck => "site-check",
        }
    }

    /// Whether 行政许可法 art. 45 takes its time out of the limit. A site check is not in that list:
    /// it pauses only if an item-specific law says so.
    pub const fn statutory(self) -> bool {
        !matches!(self, PauseKind::SiteCheck)
    }

    /// Key of the name in `codes.ftl`.
    pub fn key(self) -> String {
        format!("codes-pause-{}", self.name())
    }

    /// The kind of that stable name.
    pub fn from_name(name: &str) -> Option<PauseKind> {
        PauseKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A time that is not counted: the days after `start` up to and with `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    /// The day the special procedure began; it still counts as worked.
    pub start: Day,
    /// The day it ended, the last one taken out; `None` while it lasts.
    pub end: Option<Day>,
    /// The day it is planned to end, told to the applicant in writing (art. 45).
    pub planned: Option<Day>,
    /// Why.
    pub kind: PauseKind,
}

impl Pause {
    /// A pause that ended, or lasts (`end` = `None`).
    ///
    /// # Errors
    /// `pause-order` when it would end before it starts.
    pub fn new(
        kind: PauseKind,
        start: Day,
        end: Option<Day>,
        planned: Option<Day>,
    ) -> Result<Pause, CodeError> {
        if end.is_some_and(|end| end < start) || planned.is_some_and(|planned| planned < start) {
            return Err(CodeError::new("pause-order"));
        }
        Ok(Pause { start, end, planned, kind })
    }
}

/// The one extension a case may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extension {
    days: u32,
    granted: Day,
}

impl Extension {
    /// Longest extension by the head of the organ (art. 42 ¶1), in working days.
    pub const SINGLE: u32 = 10;
    /// Longest extension of joint handling by the government (art. 42 ¶2), in working days.
    pub const JOINT: u32 = 15;

    /// An extension by the head of the organ, granted on a day.
    ///
    /// # Errors
    /// `extension-length` when it is not 1–10 working days.
    pub fn single(days: u32, granted: Day) -> Result<Extension, CodeError> {
        Extension::up_to(Extension::SINGLE, days, granted)
    }

    /// An extension of joint handling.
    ///
    /// # Errors
    /// `extension-length` when it is not 1–15 working days.
    pub fn joint(days: u32, granted: Day) -> Result<Extension, CodeError> {
        Extension::up_to(Extension::JOINT, days, granted)
    }

    fn up_to(longest: u32, days: u32, granted: Day) -> Result<Extension, CodeError> {
        if !(1..=longest).contains(&days) {
            return Err(CodeError::new("extension-length").with("longest", longest));
        }
        Ok(Extension { days, granted })
    }

    /// Working days added.
    pub const fn days(self) -> u32 {
        self.days
    }

    /// The day it was granted.
    pub const fn granted(self) -> Day {
        self.granted
    }
}

/// Everything the clock depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The day the (complete) materials were received.
    pub received: Day,
    /// The day of acceptance; for a deemed acceptance the day of receipt.
    pub accepted: Day,
    /// Accepted by law because nobody answered in time (art. 32).
    pub deemed: bool,
    /// 承诺办结时限.
    pub promised: Limit,
    /// 法定办结时限; `None` where no law sets one (some public services).
    pub statutory: Option<Limit>,
    /// Times that are not counted, in any order.
    pub pauses: Vec<Pause>,
    /// The extension, if one was granted.
    pub extension: Option<Extension>,
    /// The day of the decision: the clock has stopped.
    pub decided: Option<Day>,
}

impl Facts {
    /// A case accepted on a day, without pauses or extension so far.
    pub const fn new(
        received: Day,
        accepted: Day,
        promised: Limit,
        statutory: Option<Limit>,
    ) -> Facts {
        Facts {
            received,
            accepted,
            deemed: false,
            promised,
            statutory,
            pauses: Vec::new(),
            extension: None,
            decided: None,
        }
    }
}

/// When the light changes. Each authority sets its own; these are the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Yellow when at most so many days are left, today included.
    pub yellow_days: u32,
    /// Yellow when at most this share of the promise is left, in percent.
    pub yellow_percent: u32,
    /// The five-day notice turns yellow when at most so many days are left, today included.
    pub notice_days: u32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { yellow_days: 1, yellow_percent: 20, notice_days: 2 }
    }
}
