//! What is wrong with a file is said in one line: where, what was expected, what was found.

use std::{fs, path::Path};

use pool_workloads::{InputError, Trace};
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
fn what_is_not_utf_8_is_told_by_line_and_column() {
    let error = Trace::parse("t.csv", b"arrival_us,work_us\n1,\xff\n").unwrap_err();
    assert_eq!(error.to_string(), "t.csv:2:3: expected UTF-8, found the byte 0xff");
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
    let error = Trace::read(nowhere).unwrap_err();
    assert!(matches!(&error, InputError::Unreadable { file, .. } if file == "/nowhere/at/all"));
    assert!(error.to_string().starts_with("/nowhere/at/all: "), "{error}");
}

proptest! {
    #[test]
    fn whatever_is_in_a_file_is_taken_or_told(
        bytes in vec(any::<u8>(), 0..100),
        rows in "[0-9.,\"\r\n ä-]{0,60}",
    ) {
        let rows = format!("arrival_us,work_us\n{rows}");
        let errors = [Trace::parse("f", &bytes).err(), Trace::parse("f", rows).err()];
        for error in errors.into_iter().flatten() {
            prop_assert!(!error.to_string().contains('\n'), "{error:?}");
        }
    }
}
