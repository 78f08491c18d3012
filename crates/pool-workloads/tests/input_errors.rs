//! What is wrong with a file is said in one line: where, what was expected, what was found.

use std::{fs, path::Path};

use pool_workloads::{InputError, Profile, Trace};
use proptest::{collection::vec, prelude::*};

#[test]
fn a_bad_trace_is_told_by_line_and_column() {
    let header =
        |found: &str| format!("1:1: expected the header arrival_us,work_us, found {found}");
    for (text, message) in [
        ("", header("nothing")),
        ("\r\n\n", header("nothing")),
        ("1,2\n", header(r#""1,2""#)),
        ("work_us,arrival_us\n1,2\n", header(r#""work_us,arrival_us""#)),
        ("arrival_us\n1\n", header(r#""arrival_us""#)),
        ("arrival_us,work_us,name\n", header(r#""arrival_us,work_us,name""#)),
        ("arrival_us;work_us\n1;2\n", header(r#""arrival_us;work_us""#)),
        ("# services\narrival_us,work_us\n", header(r##""# services""##)),
    ] {
        assert_trace(text, &message);
    }
}

#[test]
fn a_bad_row_is_told_by_line_and_column() {
    for (rows, message) in [
        ("", "2:1: expected at least one job, found none"),
        ("0,12\n5\n", "3:2: expected two fields, arrival_us,work_us, found 1"),
        ("0,12\n  \n", "3:3: expected two fields, arrival_us,work_us, found 1"),
        ("0,12,\n", "2:6: expected two fields, arrival_us,work_us, found 3"),
        ("0,12, 7,8\n", "2:7: expected two fields, arrival_us,work_us, found 4"),
        ("abc,1\n", r#"2:1: expected a number of microseconds, found "abc""#),
        ("0,1\n35,abc\n", r#"3:4: expected a number of microseconds, found "abc""#),
        ("0,1\r\n\r\n 35 ,  abc\r\n", r#"4:8: expected a number of microseconds, found "abc""#),
        ("1,\n", r#"2:3: expected a number of microseconds, found """#),
        ("\"1,5\",1\n", r#"2:1: expected a number of microseconds, found "1,5""#),
        ("\"1\", äh,3\n", r#"2:6: expected a number of microseconds, found "äh""#),
        ("1,NaN\n", r#"2:3: expected a number of microseconds, found "NaN""#),
        ("inf,1\n", r#"2:1: expected a number of microseconds, found "inf""#),
        ("-1,12\n", r#"2:1: expected arrival_us to be from 0 to 86400000000, found "-1""#),
        ("1e11,1\n", r#"2:1: expected arrival_us to be from 0 to 86400000000, found "1e11""#),
        ("1,1000000.5\n", r#"2:3: expected work_us to be from 0 to 1000000, found "1000000.5""#),
        ("1,-0.5\n", r#"2:3: expected work_us to be from 0 to 1000000, found "-0.5""#),
        (
            "5,1\n\n4.5,1\n",
            r#"4:1: expected an arrival that is not before the last one, found "4.5""#,
        ),
    ] {
        assert_trace(&format!("arrival_us,work_us\n{rows}"), message);
    }
}

fn assert_trace(text: &str, message: &str) {
    let error = Trace::parse("t.csv", text).unwrap_err();
    assert_eq!(error.to_string(), format!("t.csv:{message}"), "{text:?}");
}

#[test]
fn a_bad_profile_is_told_by_line_and_column() {
    for (line, message) in [
        ("name", "1:5: key with no value, expected `=`"),
        ("name = \"x", "1:10: invalid basic string, expected `\"`"),
        (
            "title = \"x\"",
            "1:1: unknown field `title`, expected one of `name`, `producers`, `rate`, `work`",
        ),
        (
            "name = \"Ä\"",
            "1:8: expected 1 to 40 lower-case letters, digits and hyphens, in quotes, found \"Ä\"",
        ),
        ("producers = 0", "1:13: expected a whole number from 1 to 64, found 0"),
        ("producers = 65", "1:13: expected a whole number from 1 to 64, found 65"),
        ("producers = 1.5", "1:13: expected a whole number from 1 to 64, found 1.5"),
        ("producers = \"2\"", "1:13: expected a whole number from 1 to 64, found \"2\""),
        ("rate = 0", "1:8: expected a number of jobs per second from 0.001 to 1000000000, found 0"),
        (
            "rate = nan",
            "1:8: expected a number of jobs per second from 0.001 to 1000000000, found NaN",
        ),
        (
            "rate = [1]",
            "1:8: expected a number of jobs per second from 0.001 to 1000000000, found a value of \
             the type array",
        ),
    ] {
        let text = format!("{line}\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n");
        assert_profile(&text, message);
    }
    assert_profile("producers = 2\n", "1:1: missing field `work`");
}

#[test]
fn a_bad_distribution_is_told_by_line_and_column() {
    let known = r#"one of "fixed", "uniform", "exponential", "log-normal" and "pareto""#;
    for (rows, message) in [
        ("", "2:1: expected the key `distribution` in `work`, found none".to_owned()),
        ("distribution = \"gamma\"", format!("3:16: expected {known}, found \"gamma\"")),
        ("distribution = 1", format!("3:16: expected {known}, found 1")),
    ] {
        assert_profile(&format!("\n[work]\n{rows}\n"), &message);
    }
    for (distribution, rows, message) in [
        ("fixed", "mean = 50", r#"3:8: expected a length in quotes, such as "50us", found 50"#),
        (
            "fixed",
            "mean = \"50\"",
            r#"3:8: expected a length such as "50us", "1.5ms" or "1s", found "50""#,
        ),
        ("fixed", "mean = \"2s\"", r#"3:8: expected a length from 1ns to 1s, found "2s""#),
        ("exponential", "mean = \"0us\"", r#"3:8: expected a length from 1ns to 1s, found "0us""#),
        (
            "exponential",
            "mean = \"1us\"\np99 = \"2us\"",
            "4:1: unknown field `p99`, expected one of `distribution`, `mean`",
        ),
        (
            "uniform",
            "max = \"2us\"\nmin = \"3us\"",
            r#"3:7: expected at least 3us, the min, found "2us""#,
        ),
        ("log-normal", "median = \"3us\"", "1:1: expected the key `p99` in `work`, found none"),
        (
            "log-normal",
            "median = \"1us\"\np99 = \"1.1ms\"",
            r#"4:7: expected at most 1ms, 1000 times the median, found "1.1ms""#,
        ),
        (
            "pareto",
            "min = \"1us\"\nmax = \"1s\"\nshape = 0",
            "5:9: expected a number from 0.1 to 10, found 0",
        ),
        (
            "pareto",
            "min = \"1us\"\nmax = \"1s\"\nshape = true",
            "5:9: expected a number from 0.1 to 10, found true",
        ),
    ] {
        assert_profile(&format!("[work]\ndistribution = \"{distribution}\"\n{rows}\n"), message);
    }
}

fn assert_profile(text: &str, message: &str) {
    let error = Profile::parse("p.toml", text).unwrap_err();
    assert_eq!(error.to_string(), format!("p.toml:{message}"), "{text:?}");
}

#[test]
fn what_is_not_utf_8_is_told_by_line_and_column() {
    let error = Trace::parse("t.csv", b"arrival_us,work_us\n1,\xff\n").unwrap_err();
    assert_eq!(error.to_string(), "t.csv:2:3: expected UTF-8, found the byte 0xff");
    let error = Profile::parse("p.toml", b"name = \"\xc3").unwrap_err();
    assert_eq!(error.to_string(), "p.toml:1:9: expected UTF-8, found the byte 0xc3");
}

#[test]
fn a_file_is_read_and_named_as_it_was_given() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    fs::write(&path, "\u{feff}arrival_us,work_us\r\n1,2\r\n").unwrap();
    assert_eq!(Trace::read(&path).unwrap().entries().len(), 1);

    fs::write(&path, "").unwrap();
    let error = Trace::read(&path).unwrap_err();
    assert!(error.to_string().starts_with(&format!("{}:1:1: ", path.display())));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let nowhere = Path::new("/nowhere/at/all");
    for error in [Trace::read(nowhere).unwrap_err(), Profile::read(nowhere).unwrap_err()] {
        assert!(matches!(&error, InputError::Unreadable { file, .. } if file == "/nowhere/at/all"));
        assert!(error.to_string().starts_with("/nowhere/at/all: "), "{error}");
    }
}

proptest! {
    #[test]
    fn whatever_is_in_a_file_is_taken_or_told(
        bytes in vec(any::<u8>(), 0..100),
        rows in "[0-9.,\"\r\n ä-]{0,60}",
        keys in "((name|rate|mean|min|max|shape|p99) = ?(1|-2.5|\"1us\"|\\[\\]|inf)?\n){0,4}",
    ) {
        let distributions = ["fixed", "uniform", "log-normal", "pareto"];
        let profiles = distributions.map(|it| format!("[work]\ndistribution = \"{it}\"\n{keys}"));
        let errors = profiles.iter().map(|text| Profile::parse("f", text).err()).chain([
            Trace::parse("f", &bytes).err(),
            Profile::parse("f", &bytes).err(),
            Trace::parse("f", format!("arrival_us,work_us\n{rows}")).err(),
        ]);
        for error in errors.flatten() {
            prop_assert!(!error.to_string().contains('\n'), "{error:?}");
        }
    }
}
