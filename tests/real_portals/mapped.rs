//! How much of what real portals say must be mapped: over all of them, property by property, as `moisson report mapping`
//! counts it. Nothing is set aside here; what the report counts apart it prints apart.

use moisson::pipeline::MappingReport;

/// The properties, and the least share of their values that must be mapped, in percent.
const LEAST: [(&str, f64); 8] = [
    ("theme", 95.0),
    ("license", 95.0),
    ("distribution.license", 95.0),
    ("accrual_periodicity", 95.0),
    ("distribution.format", 95.0),
    ("language", 95.0),
    ("distribution.language", 95.0),
    ("spatial", 90.0),
];

/// One line for each property, and those of which less is mapped than must be.
pub(super) fn tell(report: &MappingReport) -> (Vec<String>, Vec<String>) {
    let all = report.together();
    let (mut lines, mut short) = (Vec::new(), Vec::new());
    for (property, least) in LEAST {
        let counted = all.properties.get(property).cloned().unwrap_or_default();
        let line = format!(
            "{property}: {:.1} % ({} mapped, {} left); apart: {} own, {} nothing",
            counted.share, counted.mapped, counted.left, counted.own, counted.nothing
        );
        if counted.share < least || counted.mapped == 0 {
            short.push(format!("less than {least} %: {line}"));
        }
        lines.push(line);
    }
    (lines, short)
}
