//! The colours of the style sheet, checked: enough contrast for text (4.5:1) and for controls and focus (3:1) in
//! light and in dark ([WCAG 2.1, 1.4.3 and 1.4.11](https://www.w3.org/TR/WCAG21/#contrast-minimum)).

use std::collections::BTreeMap;

use super::assets::STYLE;

type Colours = BTreeMap<String, [f64; 3]>;

/// The colours of both schemes: light, dark.
fn schemes() -> [Colours; 2] {
    let mut blocks = STYLE.split(":root {").skip(1).map(|block| block.split('}').next().unwrap());
    let light = colours(blocks.next().unwrap());
    let dark = colours(blocks.next().unwrap());
    assert_eq!(
        light.keys().collect::<Vec<_>>(),
        dark.keys().collect::<Vec<_>>(),
        "both schemes have all colours"
    );
    [light, dark]
}

fn colours(block: &str) -> Colours {
    let declarations = block.split(';').filter_map(|line| line.trim().split_once(": #"));
    declarations
        .map(|(name, hex)| {
            let value = u32::from_str_radix(hex, 16).unwrap();
            let channel = |shift: u32| f64::from((value >> shift) & 0xff) / 255.0;
            (name.to_owned(), [channel(16), channel(8), channel(0)])
        })
        .collect()
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_on_every_ground_it_stands_on() {
    let text: &[(&str, &[&str])] = &[
        (
            "--text",
            &["--page", "--surface", "--sunken", "--mark", "--good-soft", "--warn-soft", "--bad-soft"],
        ),
        ("--muted", &["--page", "--surface", "--sunken"]),
        ("--accent", &["--page", "--surface", "--sunken"]),
        ("--accent-strong", &["--page", "--surface", "--sunken"]),
        ("--on-accent", &["--accent", "--accent-strong"]),
        ("--good", &["--good-soft", "--surface", "--page"]),
        ("--warn", &["--warn-soft", "--surface", "--page"]),
        ("--bad", &["--bad-soft", "--surface", "--page"]),
    ];
    for scheme in schemes() {
        for (front, grounds) in text {
            for ground in *grounds {
                let ratio = contrast(scheme[*front], scheme[*ground]);
                assert!(ratio >= 4.5, "{front} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn controls_and_focus_can_be_seen() {
    for scheme in schemes() {
        for ground in ["--page", "--surface"] {
            for front in ["--control", "--focus", "--accent"] {
                let ratio = contrast(scheme[front], scheme[ground]);
                assert!(ratio >= 3.0, "{front} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn contrast_is_computed_as_the_standard_does() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    let grey = 0x76_u8;
    assert!((contrast([f64::from(grey) / 255.0; 3], [1.0; 3]) - 4.54).abs() < 0.01);
}

#[test]
fn colours_are_named_in_one_place_and_nothing_comes_from_elsewhere() {
    let rules = STYLE.split("*, *::before").nth(1).unwrap();
    let outside_print = rules.split("@media print").next().unwrap();
    assert!(!outside_print.contains('#') || !outside_print.contains(": #"), "a colour outside the table");
    for forbidden in ["http:", "https:", "url(", "@import"] {
        assert!(!STYLE.contains(forbidden), "{forbidden}");
    }
}
