//! The checksums of real files: `run --input DIR`.

use std::{fs, process::Command};

use crate::support::{kept, run, run_file};

#[test]
fn the_list_of_a_run_is_as_sha256sum_has_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("d/sub")).unwrap();
    fs::write(dir.path().join("d/a file"), "abc").unwrap();
    fs::write(dir.path().join("d/sub/ä"), [0, 0xff].repeat(100_000)).unwrap();
    let said = run(dir.path(), "run --rounds 1 --backend std --input d").exits(0);
    assert!(said.stderr.contains("2 files in d"), "{}", said.stderr);
    let kept = kept(dir.path());
    let input = &run_file(&kept)["configuration"]["input"];
    assert_eq!(input["kind"], "files");
    let list = kept.join("checksums.sha256");
    assert_eq!(input["path"].as_str().unwrap(), list.canonicalize().unwrap().to_str().unwrap());
    // Where there is none, the tests of the workload have to do.
    let Ok(output) = Command::new("sha256sum").arg("--check").arg(&list).output() else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
