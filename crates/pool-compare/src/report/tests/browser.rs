//! The report in a browser, which lays it out.

use std::{env, fs, process::Command};

use super::{page, run};
use crate::report::page::POLICY;

/// Before everything else: keeps what goes wrong.
const WATCH: &str = include_str!("watch.js");
/// After everything else: looks at the page, and says what it found in it.
const PROBE: &str = include_str!("probe.js");

/// Has the browser open a page, and returns what the probe found, a line each.
fn probe(html: &str, width: u32, dark: bool) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).display().to_string();
    let probing = format!("<script>{PROBE}</script></body>");
    let watched = html.replacen("<style>", &format!("<script>{WATCH}</script><style>"), 1);
    // The page runs nothing by itself.
    let watched = watched.replacen(POLICY, &format!("{POLICY}; script-src 'unsafe-inline'"), 1);
    fs::write(at("report.html"), watched.replacen("</body>", &probing, 1)).unwrap();
    // A window has a least width, a frame has not.
    let frame = format!(
        "<!DOCTYPE html><iframe src=\"report.html\" style=\"border:0;width:{width}px;height:800px\">\
         </iframe><script>onmessage = (it) => document.title = it.data</script>"
    );
    fs::write(at("frame.html"), frame).unwrap();
    // As the browser counts: 0 is dark and 1 light.
    let scheme = u8::from(!dark);
    let output = Command::new(env::var_os("CHROME").unwrap_or("chromium".into()))
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg("--virtual-time-budget=10000")
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--window-size={},900", width.max(500) + 40))
        .arg(format!("--user-data-dir={}", at("profile")))
        .arg("--dump-dom")
        .arg(format!("file://{}", at("frame.html")))
        .output()
        .expect("Chromium starts; CHROME says where it is");
    assert!(output.status.success(), "{output:?}");
    let dump = String::from_utf8(output.stdout).unwrap();
    let found = dump.split_once("<title>probe: ").and_then(|it| it.1.split_once("</title>"));
    let (found, _) = found.unwrap_or_else(|| panic!("{width}: the probe did not end:\n{dump}"));
    found.split("; ").filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs Chromium: `cargo test -p pool-compare -- --ignored browser`"]
fn nothing_is_cut_off_on_a_phone_or_a_screen() {
    let html = page(&[run(), run()]);
    let grounds = [(390, false), (390, true), (1280, false), (1280, true)].map(|(width, dark)| {
        let found = probe(&html, width, dark);
        let [of_width, ground] = &found[..] else { panic!("{width} pixels: {found:?}") };
        assert_eq!(*of_width, format!("width {width}"));
        ground.clone()
    });
    let [light, dark, wide_light, wide_dark] = &grounds;
    assert_ne!(light, dark);
    assert_eq!([light, dark], [wide_light, wide_dark]);
    let broken = html.replacen("<main>", "<main><div style=\"width:3000px\">wide</div>", 1);
    assert!(probe(&broken, 390, false)[0].starts_with("wrong overflow"), "the probe sees nothing");
}
