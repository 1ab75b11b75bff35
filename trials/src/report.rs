//! What a trial says at the end: one line of JSON, or the same for people.

use serde_json::{Value, json};

/// The counts of a trial.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Which trial.
    pub name: String,
    /// Requests that were acknowledged.
    pub acknowledged: u64,
    /// Requests of which nothing is known.
    pub unknown: u64,
    /// Acknowledged, and not there afterwards.
    pub lost: Vec<String>,
    /// There more often than was asked for.
    pub doubled: Vec<String>,
    /// Whatever else the oracle objects to.
    pub wrong: Vec<String>,
    /// How much the negative control lost. It must be more than nothing.
    pub control_lost: u64,
    /// How much the negative control doubled, where the trial has such a control.
    pub control_doubled: Option<u64>,
    /// Rounds.
    pub rounds: u64,
    /// The number from which every pick came.
    pub seed: u64,
    /// How long it took.
    pub seconds: f64,
    /// What else is worth knowing: slowest recovery, answers a second.
    pub more: Vec<(&'static str, Value)>,
}

impl Report {
    /// Whether the promise held and the controls failed as they must.
    pub fn held(&self) -> bool {
        let kept = self.lost.is_empty() && self.doubled.is_empty() && self.wrong.is_empty();
        kept && self.acknowledged > 0 && self.control_lost > 0 && self.control_doubled != Some(0)
    }

    /// Takes over what an oracle found.
    pub fn take(&mut self, found: crate::oracle::Findings) {
        self.lost.extend(found.lost);
        self.doubled.extend(found.doubled);
        self.wrong.extend(found.wrong);
    }

    /// Objects to something other than what an oracle found, at once: a trial that is broken off has said it.
    pub fn object(&mut self, line: String) {
        say(&format!("  {line}"));
        self.wrong.push(line);
    }

    /// Remembers one more figure.
    pub fn note(&mut self, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.more.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.more.push((name, value)),
        }
    }

    /// As one line of JSON.
    pub fn json(&self) -> Value {
        let mut out = json!({
            "name": self.name,
            "acknowledged": self.acknowledged,
            "unknown": self.unknown,
            "lost": self.lost.len(),
            "doubled": self.doubled.len(),
            "wrong": self.wrong.len(),
            "control_lost": self.control_lost,
            "rounds": self.rounds,
            "seed": self.seed,
            "seconds": self.seconds,
            "held": self.held(),
        });
        if let Some(doubled) = self.control_doubled {
            out["control_doubled"] = doubled.into();
        }
        for (name, value) in &self.more {
            out[*name] = value.clone();
        }
        out
    }

    /// Prints it; what was objected to goes to the errors, with the way to see it again.
    pub fn print(&self, as_json: bool) {
        for (kind, lines) in
            [("lost", &self.lost), ("doubled", &self.doubled), ("wrong", &self.wrong)]
        {
            lines.iter().take(20).for_each(|line| say(&format!("{kind}: {line}")));
        }
        if !self.held() {
            let Report { name, rounds, seed, .. } = self;
            say(&format!("again: cargo xtask chaos {name} --rounds {rounds} --seed {seed}"));
        }
        if as_json {
            tell(&self.json().to_string());
            return;
        }
        let mark = if self.held() { "held" } else { "BROKEN" };
        tell(&format!("{mark} {}: {}", self.name, self.json()));
    }
}

/// A line for whoever reads the outcome.
#[expect(clippy::print_stdout, reason = "a command line speaks by printing")]
pub fn tell(line: &str) {
    println!("{line}");
}

/// A line on the way, for whoever watches.
#[expect(clippy::print_stderr, reason = "a command line speaks by printing")]
pub fn say(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_control_that_loses_nothing_breaks_the_trial() {
        let mut report = Report { acknowledged: 9, control_lost: 2, ..Report::default() };
        assert!(report.held());
        report.control_lost = 0;
        assert!(!report.held());
        report.control_lost = 1;
        report.control_doubled = Some(0);
        assert!(!report.held());
        report.control_doubled = Some(3);
        report.lost.push("case 1".into());
        assert!(!report.held());
        assert_eq!(report.json()["lost"], 1);
        assert_eq!(report.json()["control_doubled"], 3);
    }
}
