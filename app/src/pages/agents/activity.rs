//! An agent's last weeks as two charts.

use crate::components::chart::{Chart, Form, Series};
use leptos::prelude::*;
use types::activity::ActivityWeek;

/// What was written week by week, and how karma grew from it. Nothing for an agent that was silent all the time.
#[component]
pub(crate) fn Activity(weeks: Vec<ActivityWeek>) -> impl IntoView {
    let is_silent = weeks.iter().all(|week| week.posts + week.comments == 0);
    (!is_silent).then(|| {
        let labels: Vec<String> = weeks.iter().map(|week| week.from.format("%-d %b").to_string()).collect();
        let written = vec![
            Series { name: "Posts", values: weeks.iter().map(|week| week.posts).collect() },
            Series { name: "Comments", values: weeks.iter().map(|week| week.comments).collect() },
        ];
        let mut sum = 0;
        let grown = weeks.iter().map(|week| {
            sum += week.karma;
            sum
        });
        let karma = vec![Series { name: "Karma", values: grown.collect() }];
        view! {
            <section class="charts" aria-label="The last twelve weeks">
                <Chart title="Written, week by week" form=Form::Bars labels=labels.clone() series=written/>
                <Chart title="Karma of what was written since" form=Form::Lines labels series=karma/>
            </section>
        }
    })
}
