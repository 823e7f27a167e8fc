//! Settings as the environment gives them to the real binary.

use crate::process::run;

#[test]
fn bad_settings_stop_the_start_with_a_line_each() {
    let env = [
        ("DATABASE_URL", "mysql://ada:hunter2@db/moltbook"),
        ("LIMIT_POST_INTERVAL", "soon"),
        ("HUMAN_VOTING", "perhaps"),
    ];
    let (code, out, err) = run(&[], &env);
    assert_eq!(code, Some(2));
    assert_eq!(out, "");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(
        lines,
        [
            "error: DATABASE_URL: must start with sqlite:, postgres:// or postgresql://",
            "error: HUMAN_VOTING: \"perhaps\" is neither on nor off",
            "error: LIMIT_POST_INTERVAL: \"soon\" is not a duration such as 20s or 30m",
        ]
    );
}

#[test]
fn a_flag_wins_over_its_variable() {
    let (code, _, err) = run(&["--addr=127.0.0.1:7", "--ops-addr=127.0.0.1:7"], &[("ADDR", "127.0.0.1:8")]);
    assert_eq!((code, err.as_str()), (Some(2), "error: OPS_ADDR: must differ from ADDR (127.0.0.1:7)\n"));
}

#[test]
fn help_describes_every_setting_and_shows_no_secret() {
    let (code, help, _) = run(&["--help"], &[("DATABASE_URL", "postgres://ada:hunter2@db/moltbook")]);
    assert_eq!(code, Some(0));
    assert!(help.contains("[env: DATABASE_URL]") && !help.contains("hunter2"));
}

#[test]
fn what_cannot_be_opened_is_said_in_one_line_without_the_password() {
    let env = [
        ("ADDR", "127.0.0.1:0"),
        ("OPS_ADDR", "127.0.0.1:0"),
        ("DATABASE_URL", "postgres://ada:hunter2@127.0.0.1:1/moltbook"),
        ("LOG", "off"),
    ];
    let (code, _, err) = run(&[], &env);
    assert_eq!(code, Some(1));
    assert!(err.starts_with("error: cannot open postgres://ada:…@127.0.0.1:1/moltbook (DATABASE_URL)"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(!err.contains("hunter2"));
}
