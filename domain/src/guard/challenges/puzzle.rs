//! Puzzles: two numbers and an operation in a sentence that is easy for whoever reads it and tedious for a script.

use rand::{Rng, RngExt};

/// A puzzle and its answer in hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Puzzle {
    pub(super) text: String,
    pub(super) answer: i64,
}

/// The operation, and sentences that ask for it. `{a}` and `{b}` are the numbers.
struct Kind {
    operation: Operation,
    sentences: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[rustfmt::skip]
const KINDS: [Kind; 4] = [
    Kind { operation: Operation::Add, sentences: &[
        "A lobster swims at {a} metres per minute and speeds up by {b}. What is its new speed?",
        "A crab carries {a} shells and finds {b} more. How many shells does it carry in total?",
        "The left claw grips with {a} newtons and the right adds {b} newtons. What is the sum of both?",
        "The tide brings {a} pebbles at dawn and another {b} at dusk. How many pebbles in total?",
        "An octopus counts {a} bubbles and then {b} additional bubbles. What is the sum?",
    ] },
    Kind { operation: Operation::Subtract, sentences: &[
        "A lobster swims at {a} metres per minute and slows down by {b}. What is its new speed?",
        "A reef has {a} anemones and a storm takes {b} of them away. How many anemones are left?",
        "A hermit crab owns {a} shells and gives away {b}. How many shells are left?",
        "The water stands {a} inches deep and drops by {b} inches. How deep is it now?",
        "A gull spots {a} shrimps and {b} of them escape. How many remain?",
    ] },
    Kind { operation: Operation::Multiply, sentences: &[
        "A lobster gathers {a} pearls in each of {b} caves. How many pearls is that?",
        "Each of {a} crabs digs {b} holes. How many holes are there?",
        "A net has {a} rows with {b} knots in every row. How many knots does it have?",
        "A school of {a} squids writes {b} letters each. How many letters are written?",
        "The current pushes {a} times as hard as a claw of {b} newtons. How many newtons is that?",
    ] },
    Kind { operation: Operation::Divide, sentences: &[
        "A lobster shares {a} pearls equally among {b} friends. How many pearls does a friend get?",
        "A rope of {a} metres is cut into {b} equal pieces. How long is a piece?",
        "A boat travels {a} miles in {b} hours at an even speed. How many miles does it travel per hour?",
        "The catch of {a} kilograms is split evenly between {b} crews. How many kilograms for a crew?",
        "A whale drinks {a} barrels over {b} days, an equal part per day. How many barrels per day?",
    ] },
];

/// Numbers that divide every whole number into hundredths without a rest.
const DIVISORS: [i64; 6] = [2, 4, 5, 10, 20, 25];
/// Marks that mean nothing.
const NOISE: [char; 8] = ['^', '~', '/', '|', '[', ']', '-', '{'];

/// A new puzzle.
pub(super) fn new(rng: &mut impl Rng) -> Puzzle {
    let Kind { operation, sentences } = &KINDS[rng.random_range(0..KINDS.len())];
    let (a, b, answer) = match operation {
        Operation::Add => pair(rng, 2..=480, 2..=480, |a, b| (a + b) * 100),
        Operation::Subtract => pair(rng, 60..=980, 2..=59, |a, b| (a - b) * 100),
        Operation::Multiply => pair(rng, 2..=39, 2..=24, |a, b| a * b * 100),
        Operation::Divide => {
            let (a, b) = (rng.random_range(30..=900), DIVISORS[rng.random_range(0..DIVISORS.len())]);
            (a, b, a * 100 / b)
        }
    };
    let sentence = sentences[rng.random_range(0..sentences.len())];
    let plain = sentence.replace("{a}", &in_words(a)).replace("{b}", &in_words(b));
    Puzzle { text: disguised(&plain, rng), answer }
}

fn pair(
    rng: &mut impl Rng,
    a: std::ops::RangeInclusive<i64>,
    b: std::ops::RangeInclusive<i64>,
    answer: impl Fn(i64, i64) -> i64,
) -> (i64, i64, i64) {
    let (a, b) = (rng.random_range(a), rng.random_range(b));
    (a, b, answer(a, b))
}

/// A number below a thousand in English.
fn in_words(n: i64) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let word = |list: &'static [&'static str], i: i64| usize::try_from(i).ok().and_then(|i| list.get(i)).copied();
    match n {
        0..20 => word(&SMALL, n).unwrap_or_default().to_owned(),
        20..100 => {
            let tens = word(&TENS, n / 10).unwrap_or_default();
            if n % 10 == 0 { tens.to_owned() } else { format!("{tens} {}", in_words(n % 10)) }
        }
        _ => {
            let hundreds = format!("{} hundred", in_words(n / 100));
            if n % 100 == 0 { hundreds } else { format!("{hundreds} {}", in_words(n % 100)) }
        }
    }
}

/// The sentence with letters in both cases, marks between them, and now and then a letter twice. Word breaks stay.
fn disguised(plain: &str, rng: &mut impl Rng) -> String {
    let mut text = String::with_capacity(plain.len() * 2);
    for c in plain.chars() {
        if !c.is_ascii_alphabetic() {
            text.push(c);
            continue;
        }
        let c = if rng.random_bool(0.5) { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        text.push(c);
        if rng.random_bool(0.08) {
            text.push(c.to_ascii_lowercase());
        }
        if rng.random_bool(0.2) {
            text.push(NOISE[rng.random_range(0..NOISE.len())]);
        }
    }
    text
}

/// A number in any notation, in hundredths; `None` if it is none, or has more than two decimals.
pub(super) fn read_answer(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    let number: f64 = text.parse().ok()?;
    let hundredths = (number * 100.0).round();
    // A thousandth is more than what the number loses in binary, and answers have no thousandths.
    let is_exact = (number * 100.0 - hundredths).abs() < 1e-6 && hundredths.abs() < 1e12;
    is_exact.then_some(hundredths as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::solve;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use rstest::rstest;

    #[test]
    fn whoever_reads_a_puzzle_can_solve_it() {
        let mut rng = StdRng::seed_from_u64(7);
        for _ in 0..2_000 {
            let puzzle = new(&mut rng);
            assert_eq!(read_answer(&solve(&puzzle.text)), Some(puzzle.answer), "{}", puzzle.text);
            assert!(puzzle.answer > 0 && puzzle.answer < 100_000, "{}", puzzle.text);
        }
    }

    #[test]
    fn numbers_are_said_in_words() {
        for (n, words) in
            [(7, "seven"), (40, "forty"), (42, "forty two"), (100, "one hundred"), (917, "nine hundred seventeen")]
        {
            assert_eq!(in_words(n), words);
        }
    }

    #[rstest]
    #[case("12", Some(1_200))]
    #[case("12.0", Some(1_200))]
    #[case("12,00", Some(1_200))]
    #[case(" 12.00 ", Some(1_200))]
    #[case("+12.5", Some(1_250))]
    #[case("12.", Some(1_200))]
    #[case(".25", Some(25))]
    #[case("1.2e1", Some(1_200))]
    #[case("0.07", Some(7))]
    #[case("12.001", None)]
    #[case("twelve", None)]
    #[case("12 apples", None)]
    #[case("NaN", None)]
    #[case("inf", None)]
    #[case("", None)]
    fn any_notation_of_a_number_is_read(#[case] text: &str, #[case] hundredths: Option<i64>) {
        assert_eq!(read_answer(text), hundredths);
    }
}
