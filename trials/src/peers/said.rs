//! What the sides said: figures of every round, compared work by work, with the ratio so turned that more is better for us.

use super::room::Room;
use crate::report::tell;
use serde_json::{Value, json};

/// How our own side is called.
pub const OURS: &str = "Tongban";

/// One figure of one round.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was done.
    pub work: String,
    /// In what it is counted: `1/s`, `MB/s` and `share` are better when more, `ms` and `µs` when less.
    pub unit: String,
    /// How much.
    pub value: f64,
}

/// What one side said in one round.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Its version.
    pub version: String,
}

/// Somebody who does the work.
pub struct Side<'a> {
    /// Who.
    pub name: &'static str,
    /// Does it once.
    pub run: Box<dyn FnMut() -> Result<Said, String> + 'a>,
}

/// Everything heard so far.
#[derive(Debug, Default)]
pub struct Heard {
    said: Vec<(&'static str, Said)>,
    failed: Vec<(&'static str, String)>,
}

/// One line of the outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A work that a peer did; ours is empty where we do not do it.
    Compared {
        /// What was done.
        work: String,
        /// In what it is counted.
        unit: String,
        /// The peer with its version.
        peer: (String, String),
        /// Our figures, a round each.
        ours: Vec<f64>,
        /// The peer's, a round each.
        theirs: Vec<f64>,
    },
    /// What could not be measured, and why.
    Cannot {
        /// Who could not.
        who: String,
        /// Why.
        reason: String,
    },
}

impl Row {
    /// A line about what cannot be measured.
    pub fn cannot(who: &str, reason: impl Into<String>) -> Row {
        Row::Cannot { who: who.to_owned(), reason: reason.into() }
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        match self {
            Row::Cannot { who, reason } => json!({ "with": who, "cannot": reason }),
            Row::Compared { work, unit, peer, ours, theirs } => json!({
                "work": work,
                "unit": unit,
                "with": peer.0,
                "peer_version": peer.1,
                "ours": mean(ours).map(short),
                "peer": mean(theirs).map(short),
                "ratio": ratio(unit, ours, theirs).map(short),
                "ours_rounds": ours.iter().copied().map(short).collect::<Vec<_>>(),
                "peer_rounds": theirs.iter().copied().map(short).collect::<Vec<_>>(),
            }),
        }
    }

    fn line(&self) -> String {
        let shown = |value: Option<f64>| value.map_or("–".into(), |v| format!("{}", short(v)));
        match self {
            Row::Cannot { who, reason } => format!("| {who} | cannot: {reason} | | | |"),
            Row::Compared { work, unit, peer, ours, theirs } => format!(
                "| {work}, {unit} | {} {} | {} | {} | {} |",
                peer.0,
                peer.1,
                shown(mean(ours)),
                shown(mean(theirs)),
                shown(ratio(unit, ours, theirs))
            ),
        }
    }
}

impl Heard {
    /// Keeps what a side said in a round.
    pub fn take(&mut self, who: &'static str, said: Said) {
        self.said.push((who, said));
    }

    /// Keeps why a side could not.
    pub fn fail(&mut self, who: &'static str, reason: String) {
        // Whoever fails often says the same many times over.
        let reason: Vec<&str> = reason.lines().take(2).collect();
        self.failed.push((who, reason.join(" ")));
    }

    /// Whether it has failed before.
    pub fn has_failed(&self, who: &str) -> bool {
        self.failed.iter().any(|(failed, _)| *failed == who)
    }

    fn values(&self, who: &str, work: &str, unit: &str) -> Vec<f64> {
        let said = self.said.iter().filter(|(name, _)| *name == who);
        let figures = said.flat_map(|(_, said)| &said.figures);
        figures.filter(|f| f.work == work && f.unit == unit).map(|f| f.value).collect()
    }

    /// Every peer's works in the order of its first round, each beside ours; then who could not.
    pub fn rows(&self, order: &[&'static str]) -> Vec<Row> {
        let mut rows = Vec::new();
        for peer in order.iter().filter(|name| **name != OURS) {
            let Some((_, first)) = self.said.iter().find(|(name, _)| name == peer) else {
                continue;
            };
            rows.extend(first.figures.iter().map(|figure| Row::Compared {
                work: figure.work.clone(),
                unit: figure.unit.clone(),
                peer: ((*peer).to_owned(), first.version.clone()),
                ours: self.values(OURS, &figure.work, &figure.unit),
                theirs: self.values(peer, &figure.work, &figure.unit),
            }));
        }
        rows.extend(self.failed.iter().map(|(who, reason)| Row::cannot(who, reason.clone())));
        rows
    }
}

/// The mean of the rounds; nothing of none.
fn mean(rounds: &[f64]) -> Option<f64> {
    (!rounds.is_empty()).then(|| rounds.iter().sum::<f64>() / rounds.len() as f64)
}

/// Above 1 we are better, whatever the unit.
fn ratio(unit: &str, ours: &[f64], theirs: &[f64]) -> Option<f64> {
    let (ours, theirs) = (mean(ours)?, mean(theirs)?);
    let (more, less) = if matches!(unit, "ms" | "µs") { (theirs, ours) } else { (ours, theirs) };
    (less > 0.0).then(|| more / less)
}

/// Four figures that count.
fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// The machine and how busy it is now.
pub fn machine(room: &Room) -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    json!({
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "cpu": model.trim_start_matches([' ', '\t', ':']),
        "load": read("/proc/loadavg").split_whitespace().next().and_then(|n| n.parse::<f64>().ok()),
        "flush_ms": room.flush_ms(),
    })
}

/// Prints a comparison: one line of JSON, or a table.
pub fn print(name: &str, before: &Value, after: &Value, rows: &[Row], as_json: bool) {
    let load = [&before["load"], &after["load"]];
    if as_json {
        let mut machine = before.clone();
        machine["load"] = json!(load);
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        tell(&json!({ "name": name, "machine": machine, "rows": rows }).to_string());
        return;
    }
    tell(&format!(
        "{name}: {} cores, load {} before and {} after, a flush {} ms",
        before["cores"], load[0], load[1], before["flush_ms"]
    ));
    tell("| work | peer | ours | peer's | ratio |\n|---|---|---|---|---|");
    rows.iter().for_each(|row| tell(&row.line()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(work: &str, unit: &str, value: f64) -> Said {
        let figure = Figure { work: work.into(), unit: unit.into(), value };
        Said { figures: vec![figure], version: "1".into() }
    }

    #[test]
    fn above_one_we_are_better_in_every_unit() {
        assert_eq!(ratio("1/s", &[300.0, 100.0], &[100.0]), Some(2.0));
        assert_eq!(ratio("share", &[0.5], &[1.0]), Some(0.5));
        assert_eq!(ratio("ms", &[2.0], &[8.0]), Some(4.0));
        assert_eq!(ratio("µs", &[8.0], &[2.0]), Some(0.25));
        assert_eq!(ratio("1/s", &[], &[2.0]), None, "what we do not do has no ratio");
        assert_eq!(ratio("1/s", &[2.0], &[0.0]), None);
    }

    #[test]
    fn every_peer_gets_its_lines_and_who_fails_is_named() {
        let mut heard = Heard::default();
        heard.take(OURS, said("sign", "1/s", 20.0));
        heard.take("A", said("sign", "1/s", 10.0));
        heard.take("A", said("sign", "1/s", 30.0));
        heard.take("B", said("other", "1/s", 5.0));
        heard.fail("C", "is not there".into());
        assert!(heard.has_failed("C") && !heard.has_failed("A"));
        let rows = heard.rows(&[OURS, "A", "B", "C"]);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].json()["ratio"], 1.0);
        assert_eq!(rows[0].json()["peer_rounds"], json!([10.0, 30.0]));
        assert_eq!(rows[1].json()["ours"], Value::Null);
        assert_eq!(rows[1].json()["ratio"], Value::Null);
        assert_eq!(rows[2].json()["cannot"], "is not there");
    }

    #[test]
    fn figures_are_short() {
        assert_eq!((short(12_345.6), short(0.123_45), short(0.0)), (12_350.0, 0.1235, 0.0));
    }
}
