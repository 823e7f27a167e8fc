//! What a rig found: a plain table with targets beside figures, and the same as JSON under `target/rigs`.

use crate::process::root;
use anyhow::{Result, bail};
use serde::Serialize;

/// How a figure compares to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The target is reached.
    Reached,
    /// It is not.
    Missed,
    /// The figure counts for nothing: an answer was wrong.
    Void,
    /// There is no target; the figure is for orientation.
    Noted,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub figure: String,
    /// What was asked for.
    pub target: String,
    /// How they compare.
    pub verdict: Verdict,
}

/// What one rig found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    name: String,
    rows: Vec<Row>,
    /// Figures for programs.
    data: serde_json::Map<String, serde_json::Value>,
}

impl Report {
    /// An empty report of the rig `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new(), data: serde_json::Map::new() }
    }

    /// Adds a figure that is held against a target.
    pub fn hold(&mut self, what: impl Into<String>, figure: impl Into<String>, target: &str, reached: bool) {
        let verdict = if reached { Verdict::Reached } else { Verdict::Missed };
        self.add(what, figure, target, verdict);
    }

    /// Adds a figure without a target.
    pub fn note(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.add(what, figure, "", Verdict::Noted);
    }

    /// Adds a line.
    pub fn add(&mut self, what: impl Into<String>, figure: impl Into<String>, target: &str, verdict: Verdict) {
        let row = Row { what: what.into(), figure: figure.into(), target: target.to_owned(), verdict };
        // A long run shows each figure as it comes.
        eprintln!("  {}: {}", row.what, row.figure);
        self.rows.push(row);
    }

    /// Keeps a figure for programs.
    pub fn keep(&mut self, key: &str, value: impl Into<serde_json::Value>) {
        self.data.insert(key.to_owned(), value.into());
    }

    /// Whether no line is missed or void.
    pub fn all_reached(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.verdict, Verdict::Reached | Verdict::Noted))
    }

    /// Prints the table and writes `target/rigs/NAME.json`.
    pub fn finish(&self) -> Result<()> {
        // A note may be long; it does not push the columns apart.
        let held = || self.rows.iter().filter(|row| row.verdict != Verdict::Noted);
        let widths = [
            held().map(|row| row.what.chars().count()).max().unwrap_or(0),
            held().map(|row| row.figure.chars().count()).max().unwrap_or(0),
            held().map(|row| row.target.chars().count()).max().unwrap_or(0),
        ];
        println!("\n{}", self.name);
        for row in &self.rows {
            let verdict = match row.verdict {
                Verdict::Reached => "reached",
                Verdict::Missed => "MISSED",
                Verdict::Void => "VOID",
                Verdict::Noted => "",
            };
            let line = format!(
                "  {:what$}  {:>figure$}  {:target$}  {verdict}",
                row.what,
                row.figure,
                row.target,
                what = widths[0],
                figure = widths[1],
                target = widths[2],
            );
            println!("{}", line.trim_end());
        }
        let folder = root().join("target/rigs");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.json", self.name));
        std::fs::write(&file, serde_json::to_string_pretty(self)?)?;
        println!("  kept in {}", file.display());
        Ok(())
    }

    /// [`finish`](Self::finish), and an error if a line is missed or void.
    pub fn conclude(&self) -> Result<()> {
        self.finish()?;
        if !self.all_reached() {
            bail!("{}: not every target is reached", self.name);
        }
        Ok(())
    }
}
