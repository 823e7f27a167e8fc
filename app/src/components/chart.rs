//! Numbers over time, drawn on the server, with the same numbers as a table.

use crate::number::compact;
use leptos::prelude::*;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 6.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 20.0;
/// Lines across a chart, besides the lowest.
const STEPS: i64 = 4;

/// One thing that is counted.
#[derive(Clone)]
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<i64>,
}

/// How values are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Bars from zero, the series on top of each other: for what is counted anew each time.
    Bars,
    /// Lines from value to value: for what has a value at all times.
    Lines,
}

/// A chart: `labels` name the places on its axis, of which every series has a value each.
#[component]
pub(crate) fn Chart(title: &'static str, form: Form, labels: Vec<String>, series: Vec<Series>) -> impl IntoView {
    let scale = Scale::over(form, &series);
    let summary = summary(title, &labels, &series);
    let shapes = match form {
        Form::Bars => bars(&scale, &labels, &series).into_any(),
        Form::Lines => lines(&scale, &labels, &series).into_any(),
    };
    let legend = (series.len() > 1).then(|| {
        let name = |(i, one): (usize, &Series)| view! { <li class=format!("series-{i}")>{one.name}</li> };
        view! { <ul class="legend">{series.iter().enumerate().map(name).collect_view()}</ul> }
    });
    view! {
        <figure class="chart">
            <figcaption>{title} {legend}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=summary>
                {grid(&scale)}
                {places(&labels)}
                {shapes}
            </svg>
            <details>
                <summary>"As a table"</summary>
                <Table title labels series/>
            </details>
        </figure>
    }
}

#[component]
fn Table(title: &'static str, labels: Vec<String>, series: Vec<Series>) -> impl IntoView {
    let head = series.iter().map(|one| view! { <th scope="col">{one.name}</th> }).collect_view();
    let row = |(i, label): (usize, String)| {
        let cell = |one: &Series| view! { <td>{one.values.get(i).copied().unwrap_or_default()}</td> };
        view! { <tr><th scope="row">{label}</th>{series.iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <table>
            <caption class="sr-only">{title}</caption>
            <thead><tr><th scope="col">"From"</th>{head}</tr></thead>
            <tbody>{labels.into_iter().enumerate().map(row).collect_view()}</tbody>
        </table>
    }
}

/// Which value is how high.
struct Scale {
    low: i64,
    step: i64,
}

impl Scale {
    fn over(form: Form, series: &[Series]) -> Self {
        let highest = match form {
            Form::Lines => series.iter().flat_map(|one| one.values.iter().copied()).max(),
            Form::Bars => (0..series.iter().map(|one| one.values.len()).max().unwrap_or(0))
                .map(|i| series.iter().filter_map(|one| one.values.get(i)).sum())
                .max(),
        };
        let lowest = series.iter().flat_map(|one| one.values.iter().copied()).min().unwrap_or(0).min(0);
        Self::between(lowest, highest.unwrap_or(0).max(0))
    }

    /// Round steps that reach from `low` to `high`, with zero on a line.
    fn between(low: i64, high: i64) -> Self {
        let mut step = 1_i64;
        loop {
            for factor in [1, 2, 5] {
                let wide = step.saturating_mul(factor);
                let floor = low.div_euclid(wide).saturating_mul(wide);
                if wide.saturating_mul(STEPS).saturating_add(floor) >= high || wide == i64::MAX {
                    return Self { low: floor, step: wide };
                }
            }
            step = step.saturating_mul(10);
        }
    }

    fn y(&self, value: i64) -> f64 {
        let share = (value.saturating_sub(self.low)) as f64 / (self.step.saturating_mul(STEPS)) as f64;
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }
}

/// The width of one place on the axis.
fn place_width(places: usize) -> f64 {
    (WIDTH - LEFT - RIGHT) / places.max(1) as f64
}

fn middle(i: usize, places: usize) -> f64 {
    LEFT + place_width(places) * (i as f64 + 0.5)
}

/// A coordinate, to a tenth of a unit.
fn at(x: f64) -> String {
    format!("{:.1}", x)
}

fn grid(scale: &Scale) -> impl IntoView + use<> {
    let line = |i: i64| {
        let value = scale.low.saturating_add(scale.step.saturating_mul(i));
        let y = scale.y(value);
        let class = if value == 0 { "grid zero" } else { "grid" };
        view! {
            <line class=class x1=at(LEFT) x2=at(WIDTH - RIGHT) y1=at(y) y2=at(y)></line>
            <text class="tick" x=at(LEFT - 5.0) y=at(y + 3.5) text-anchor="end">{compact(value)}</text>
        }
    };
    (0..=STEPS).map(line).collect_view()
}

/// The names of some places, as many as there is room for, the last one among them.
fn places(labels: &[String]) -> impl IntoView + use<> {
    let every = labels.len().div_ceil(4).max(1);
    let last = labels.len().saturating_sub(1);
    let shown = labels.iter().enumerate().filter(|(i, _)| (last - i).is_multiple_of(every));
    let name = |(i, label): (usize, &String)| {
        let (x, anchor) = match i {
            i if i == last => (WIDTH - RIGHT, "end"),
            i => (middle(i, labels.len()), "middle"),
        };
        view! { <text class="tick" x=at(x) y=at(HEIGHT - 5.0) text-anchor=anchor>{label.clone()}</text> }
    };
    shown.map(name).collect_view()
}

fn bars(scale: &Scale, labels: &[String], series: &[Series]) -> impl IntoView + use<> {
    let width = place_width(labels.len()) * 0.7;
    let place = |(i, label): (usize, &String)| {
        let mut below = 0;
        let bar = |(n, one): (usize, &Series)| {
            let value = one.values.get(i).copied().unwrap_or_default().max(0);
            let (foot, top) = (scale.y(below), scale.y(below + value));
            below += value;
            (value > 0).then(|| {
                view! {
                    <rect
                        class=format!("bar series-{n}")
                        x=at(middle(i, labels.len()) - width / 2.0)
                        y=at(top)
                        width=at(width)
                        height=at(foot - top)
                    >
                        <title>{format!("{label}: {value} {}", one.name)}</title>
                    </rect>
                }
            })
        };
        series.iter().enumerate().map(bar).collect_view()
    };
    labels.iter().enumerate().map(place).collect_view()
}

fn lines(scale: &Scale, labels: &[String], series: &[Series]) -> impl IntoView + use<> {
    let line = |(n, one): (usize, &Series)| {
        let points = one.values.iter().enumerate().map(|(i, value)| (middle(i, labels.len()), scale.y(*value)));
        let points: Vec<(f64, f64)> = points.collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", at(*x), at(*y))).collect();
        let dot = |((x, y), (label, value)): ((f64, f64), (&String, &i64))| {
            view! {
                <circle class=format!("dot series-{n}") cx=at(x) cy=at(y) r="2.5">
                    <title>{format!("{label}: {value} {}", one.name)}</title>
                </circle>
            }
        };
        let dots = points.iter().copied().zip(labels.iter().zip(&one.values)).map(dot).collect_view();
        view! { <path class=format!("line series-{n}") d=format!("M{}", path.join("L"))></path> {dots} }
    };
    series.iter().enumerate().map(line).collect_view()
}

/// What the picture shows, in a sentence.
fn summary(title: &str, labels: &[String], series: &[Series]) -> String {
    let span = match (labels.first(), labels.last()) {
        (Some(first), Some(last)) => format!("{title}, {first} to {last}."),
        _ => format!("{title}."),
    };
    let one = |one: &Series| {
        let (low, high) = (one.values.iter().min(), one.values.iter().max());
        let (low, high) = (low.copied().unwrap_or_default(), high.copied().unwrap_or_default());
        format!(" {}: between {low} and {high}, at last {}.", one.name, one.values.last().copied().unwrap_or_default())
    };
    span + &series.iter().map(one).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_round_steps_and_hold_every_value() {
        for (low, high, floor, step) in
            [(0, 0, 0, 1), (0, 4, 0, 1), (0, 5, 0, 2), (0, 37, 0, 10), (-3, 30, -10, 10), (0, 1_000, 0, 500)]
        {
            let scale = Scale::between(low, high);
            assert_eq!((scale.low, scale.step), (floor, step), "{low} to {high}");
            assert!(scale.y(high) >= TOP - 0.01 && scale.y(low) <= HEIGHT - BOTTOM + 0.01);
        }
        for (low, high) in [(i64::MIN, i64::MAX), (0, i64::MAX), (i64::MIN, 0)] {
            assert!(Scale::between(low, high).y(0).is_finite());
        }
    }

    #[test]
    fn every_number_is_in_the_table_and_in_the_sentence() {
        let series =
            vec![Series { name: "Posts", values: vec![3, 0] }, Series { name: "Comments", values: vec![1, 12] }];
        let labels = vec![String::from("1 Mar"), String::from("8 Mar")];
        let html = Owner::new().with(|| view! { <Chart title="Writing" form=Form::Bars labels series/> }.to_html());
        assert!(html.contains("Writing, 1 Mar to 8 Mar. Posts: between 0 and 3, at last 0."), "{html}");
        assert!(html.contains("8 Mar: 12 Comments"), "{html}");
        assert_eq!((html.matches("<td").count(), html.matches("<rect").count()), (4, 3), "{html}");
    }

    #[test]
    fn a_chart_of_nothing_is_still_a_chart() {
        let html = Owner::new()
            .with(|| view! { <Chart title="Karma" form=Form::Lines labels=Vec::new() series=Vec::new()/> }.to_html());
        assert!(html.contains("aria-label=\"Karma.\""), "{html}");
    }
}
