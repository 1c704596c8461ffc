//! Literals as Oxigraph's store keeps them: of numbers, dates, durations and truth values it keeps the value, not
//! how it was written.
//!
//! `"007"^^xsd:nonNegativeInteger` comes back as `"7"^^xsd:integer`. Queries that compute or compare do not see the
//! difference; whoever asks for the term itself does.

use std::str::FromStr;

use oxrdf::{Literal, Term, Triple};
use oxsdatatypes::{
    Boolean, Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth, GMonthDay,
    GYear, GYearMonth, Integer, Time, YearMonthDuration,
};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The triple that comes back, if it is another one.
pub(crate) fn stored(triple: &Triple) -> Option<Triple> {
    let Term::Literal(literal) = &triple.object else { return None };
    let object = value(literal).filter(|value| value != literal)?;
    Some(Triple { object: object.into(), ..triple.clone() })
}

/// The literal that comes back, if its value is what is kept. The datatypes are those of Oxigraph's encoder.
fn value(literal: &Literal) -> Option<Literal> {
    let text = literal.value();
    match literal.datatype().as_str().strip_prefix(XSD)? {
        "boolean" => parsed::<Boolean>(text),
        "float" => parsed::<Float>(text),
        "double" => parsed::<Double>(text),
        "integer" | "byte" | "short" | "int" | "long" | "unsignedByte" | "unsignedShort" | "unsignedInt"
        | "unsignedLong" | "positiveInteger" | "negativeInteger" | "nonPositiveInteger"
        | "nonNegativeInteger" => parsed::<Integer>(text),
        "decimal" => parsed::<Decimal>(text),
        "dateTime" | "dateTimeStamp" => parsed::<DateTime>(text),
        "time" => parsed::<Time>(text),
        "date" => parsed::<Date>(text),
        "gYearMonth" => parsed::<GYearMonth>(text),
        "gYear" => parsed::<GYear>(text),
        "gMonthDay" => parsed::<GMonthDay>(text),
        "gDay" => parsed::<GDay>(text),
        "gMonth" => parsed::<GMonth>(text),
        "duration" => parsed::<Duration>(text),
        "yearMonthDuration" => parsed::<YearMonthDuration>(text),
        "dayTimeDuration" => parsed::<DayTimeDuration>(text),
        _ => None,
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<Literal>
where
    Literal: From<T>,
{
    text.parse().ok().map(|value: T| value.into())
}

#[cfg(test)]
mod tests {
    use oxigraph::store::Store;
    use oxrdf::NamedNode;

    use super::*;

    #[test]
    fn literals_come_back_from_the_store_as_said_here() {
        let datatypes = "boolean float double integer byte short int long unsignedByte unsignedShort unsignedInt \
             unsignedLong positiveInteger negativeInteger nonPositiveInteger nonNegativeInteger decimal dateTime \
             dateTimeStamp time date gYearMonth gYear gMonthDay gDay gMonth duration yearMonthDuration \
             dayTimeDuration string anyURI hexBinary normalizedString token language";
        let texts = "1 0 true false TRUE 007 -0 +5 1.50 .5 1e3 1E3 NaN INF -INF inf 99999999999999999999999 \
             2020-01-01 2020-01-01Z 2020-01-01+00:00 2020-13-45 2020-01-01T00:00:00 2020-01-01T24:00:00 \
             2020-01-01T00:00:00.500Z 2020-01-01T00:00:00+14:00 12:00:00 12:00:00.10Z 2020-01 2020 -0044 02020 \
             --02-29 ---31 --12 --12Z P1Y P12M P0M P1D PT24H PT0S -P1Y2M3DT4H5M6.70S P x";
        for datatype in datatypes.split_whitespace() {
            for text in texts.split_whitespace() {
                let node = NamedNode::new_unchecked("http://e.example/");
                let datatype = NamedNode::new_unchecked(format!("{XSD}{datatype}"));
                let literal = Literal::new_typed_literal(text, datatype);
                let triple = Triple::new(node.clone(), node.clone(), literal);
                let store = Store::new().unwrap();
                store.insert(triple.as_ref().in_graph(&node)).unwrap();
                let found = Triple::from(store.iter().next().unwrap().unwrap());
                assert_eq!(stored(&triple).unwrap_or_else(|| triple.clone()), found, "{triple}");
            }
        }
    }
}
