//! The report in a browser, which runs its script and lays it out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{fixture, page};

/// Before everything else: keeps what goes wrong.
const WATCH: &str = include_str!("watch.js");
/// After everything else: uses the page, and leaves what it found in it.
const PROBE: &str = include_str!("probe.js");

/// What the page's title begins with once the probe has run.
const DONE: &str = "probe: ";

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The browser: what `CHROME` names, or the first of the usual names that is there.
fn browser() -> PathBuf {
    if let Some(named) = env::var_os("CHROME") {
        return named.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let all = NAMES.iter().flat_map(|name| env::split_paths(&path).map(move |dir| dir.join(name)));
    all.into_iter().find(|file| file.is_file()).unwrap_or_else(|| {
        panic!("there is no browser: install one of {NAMES:?}, or say with CHROME where it is")
    })
}

/// Has the browser open a page, and returns what the probe found, a line each.
fn probe(html: &str, width: u32, dark: bool) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let html = html.replacen("<style>", &format!("<script>{WATCH}</script><style>"), 1).replacen(
        "</body>",
        &format!("<script>{PROBE}</script></body>"),
        1,
    );
    let page = directory.path().join("report.html");
    // A window has a least width, a frame has not.
    let frame = format!(
        "<!DOCTYPE html><iframe src=\"report.html\" style=\"border:0;width:{width}px;height:800px\">\
         </iframe><script>onmessage = (it) => document.title = it.data</script>"
    );
    let outer = directory.path().join("frame.html");
    fs::write(&page, html).unwrap();
    fs::write(&outer, frame).unwrap();
    let dump = open(&outer, &directory.path().join("profile"), width, dark);
    let title = dump.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let found = title.and_then(|(title, _)| title.strip_prefix(DONE));
    let found = found.unwrap_or_else(|| panic!("{width} pixels: the probe did not end:\n{dump}"));
    found.split("; ").filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The page as it is once its scripts have run.
fn open(page: &Path, profile: &Path, width: u32, dark: bool) -> String {
    // As the browser counts: 0 is dark and 1 light.
    let scheme = u8::from(!dark);
    let output = Command::new(browser())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg("--virtual-time-budget=10000")
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--window-size={},900", width.max(500) + 40))
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The one finding that begins so.
fn finding<'a>(found: &'a [String], name: &str) -> &'a str {
    let of_it: Vec<_> = found.iter().filter_map(|it| it.strip_prefix(name)).collect();
    assert_eq!(of_it.len(), 1, "{name} in {found:?}");
    of_it[0]
}

#[test]
#[ignore = "needs Chromium or Chrome: `cargo test -p pool-compare -- --ignored browser`"]
fn sorting_and_filtering_work_and_nothing_is_cut_off() {
    let html = page(&[fixture::run(), fixture::without("cost")]);
    let views = [(390, false), (390, true), (1280, false), (1280, true)];
    let grounds = views.map(|(width, dark)| {
        let found = probe(&html, width, dark);
        let wrong: Vec<_> = found.iter().filter(|it| it.starts_with("wrong ")).collect();
        assert!(wrong.is_empty(), "{width} pixels: {wrong:?}");
        assert_eq!(finding(&found, "width "), width.to_string());
        finding(&found, "ground ").to_owned()
    });
    let [light, dark, wide_light, wide_dark] = &grounds;
    assert_ne!(light, dark);
    assert_eq!([light, dark], [wide_light, wide_dark]);
}

#[test]
#[ignore = "needs Chromium or Chrome: `cargo test -p pool-compare -- --ignored browser`"]
fn what_goes_wrong_in_a_page_is_found() {
    let html = page(&[fixture::without("latency")]);
    let broken = html
        .replacen("\"use strict\";", "\"use strict\"; console.error(\"as asked\");", 1)
        .replacen("<main>", "<main><div style=\"width:3000px\">wide</div>", 1);
    let found = probe(&broken, 390, false);
    assert!(found.iter().any(|it| it.starts_with("wrong console: as asked")), "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("wrong overflow")), "{found:?}");
}
