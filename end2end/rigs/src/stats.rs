//! Medians and percentiles.

/// The value below which the share `p` (0 to 1) of the values lies; 0 of nothing.
pub fn percentile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let index = (last as f64 * p).round() as usize;
    sorted.get(index.min(last)).copied().unwrap_or(0.0)
}

/// The middle value; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_tail() {
        let values: Vec<f64> = (1..=101).rev().map(f64::from).collect();
        assert_eq!(median(&values), 51.0);
        assert_eq!(percentile(&values, 0.99), 100.0);
        assert_eq!(median(&[]), 0.0);
    }
}
