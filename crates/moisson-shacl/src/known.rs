//! Terms that have the same number in every table, so that code can name them.

use crate::terms::Id;

/// The IRIs, in the order of their numbers; the datatypes first.
pub(crate) const IRIS: [&str; 37] = [
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    "http://www.w3.org/2001/XMLSchema#boolean",
    "http://www.w3.org/2001/XMLSchema#decimal",
    "http://www.w3.org/2001/XMLSchema#integer",
    "http://www.w3.org/2001/XMLSchema#nonNegativeInteger",
    "http://www.w3.org/2001/XMLSchema#positiveInteger",
    "http://www.w3.org/2001/XMLSchema#nonPositiveInteger",
    "http://www.w3.org/2001/XMLSchema#negativeInteger",
    "http://www.w3.org/2001/XMLSchema#long",
    "http://www.w3.org/2001/XMLSchema#int",
    "http://www.w3.org/2001/XMLSchema#short",
    "http://www.w3.org/2001/XMLSchema#byte",
    "http://www.w3.org/2001/XMLSchema#unsignedLong",
    "http://www.w3.org/2001/XMLSchema#unsignedInt",
    "http://www.w3.org/2001/XMLSchema#unsignedShort",
    "http://www.w3.org/2001/XMLSchema#unsignedByte",
    "http://www.w3.org/2001/XMLSchema#float",
    "http://www.w3.org/2001/XMLSchema#double",
    "http://www.w3.org/2001/XMLSchema#dateTime",
    "http://www.w3.org/2001/XMLSchema#dateTimeStamp",
    "http://www.w3.org/2001/XMLSchema#date",
    "http://www.w3.org/2001/XMLSchema#time",
    "http://www.w3.org/2001/XMLSchema#gYear",
    "http://www.w3.org/2001/XMLSchema#gYearMonth",
    "http://www.w3.org/2001/XMLSchema#gMonth",
    "http://www.w3.org/2001/XMLSchema#gMonthDay",
    "http://www.w3.org/2001/XMLSchema#gDay",
    "http://www.w3.org/2001/XMLSchema#duration",
    "http://www.w3.org/2001/XMLSchema#dayTimeDuration",
    "http://www.w3.org/2001/XMLSchema#yearMonthDuration",
    "http://www.w3.org/2001/XMLSchema#hexBinary",
    "http://www.w3.org/2001/XMLSchema#base64Binary",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/2000/01/rdf-schema#subClassOf",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#first",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest",
];

/// `xsd:string`
pub(crate) const XSD_STRING: Id = Id(0);
/// `rdf:langString`
pub(crate) const RDF_LANG_STRING: Id = Id(1);
/// `xsd:boolean`
pub(crate) const XSD_BOOLEAN: Id = Id(2);
/// `xsd:decimal`
pub(crate) const XSD_DECIMAL: Id = Id(3);
/// `xsd:integer`; the types derived from it follow.
pub(crate) const XSD_INTEGER: Id = Id(4);
/// `xsd:unsignedByte`, the last type derived from `xsd:integer`.
pub(crate) const XSD_UNSIGNED_BYTE: Id = Id(16);
/// `xsd:float`
pub(crate) const XSD_FLOAT: Id = Id(17);
/// `xsd:double`
pub(crate) const XSD_DOUBLE: Id = Id(18);
/// `xsd:dateTime`
pub(crate) const XSD_DATE_TIME: Id = Id(19);
/// `xsd:dateTimeStamp`
pub(crate) const XSD_DATE_TIME_STAMP: Id = Id(20);
/// `xsd:date`
pub(crate) const XSD_DATE: Id = Id(21);
/// `xsd:time`
pub(crate) const XSD_TIME: Id = Id(22);
/// `xsd:gYear`
pub(crate) const XSD_G_YEAR: Id = Id(23);
/// `xsd:gYearMonth`
pub(crate) const XSD_G_YEAR_MONTH: Id = Id(24);
/// `xsd:gMonth`
pub(crate) const XSD_G_MONTH: Id = Id(25);
/// `xsd:gMonthDay`
pub(crate) const XSD_G_MONTH_DAY: Id = Id(26);
/// `xsd:gDay`
pub(crate) const XSD_G_DAY: Id = Id(27);
/// `xsd:duration`
pub(crate) const XSD_DURATION: Id = Id(28);
/// `xsd:dayTimeDuration`
pub(crate) const XSD_DAY_TIME_DURATION: Id = Id(29);
/// `xsd:yearMonthDuration`
pub(crate) const XSD_YEAR_MONTH_DURATION: Id = Id(30);
/// `xsd:hexBinary`
pub(crate) const XSD_HEX_BINARY: Id = Id(31);
/// `xsd:base64Binary`
pub(crate) const XSD_BASE64_BINARY: Id = Id(32);
/// `rdf:type`
pub(crate) const RDF_TYPE: Id = Id(33);
/// `rdfs:subClassOf`
pub(crate) const RDFS_SUB_CLASS_OF: Id = Id(34);
/// `rdf:first`
pub(crate) const RDF_FIRST: Id = Id(35);
/// `rdf:rest`
pub(crate) const RDF_REST: Id = Id(36);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_iris_agree() {
        let pairs = [
            (XSD_STRING, "string"),
            (RDF_LANG_STRING, "langString"),
            (XSD_BOOLEAN, "boolean"),
            (XSD_DECIMAL, "decimal"),
            (XSD_INTEGER, "integer"),
            (XSD_UNSIGNED_BYTE, "unsignedByte"),
            (XSD_FLOAT, "float"),
            (XSD_DOUBLE, "double"),
            (XSD_DATE_TIME, "dateTime"),
            (XSD_DATE_TIME_STAMP, "dateTimeStamp"),
            (XSD_DATE, "date"),
            (XSD_TIME, "time"),
            (XSD_G_YEAR, "gYear"),
            (XSD_G_YEAR_MONTH, "gYearMonth"),
            (XSD_G_MONTH, "gMonth"),
            (XSD_G_MONTH_DAY, "gMonthDay"),
            (XSD_G_DAY, "gDay"),
            (XSD_DURATION, "duration"),
            (XSD_DAY_TIME_DURATION, "dayTimeDuration"),
            (XSD_YEAR_MONTH_DURATION, "yearMonthDuration"),
            (XSD_HEX_BINARY, "hexBinary"),
            (XSD_BASE64_BINARY, "base64Binary"),
            (RDF_TYPE, "type"),
            (RDFS_SUB_CLASS_OF, "subClassOf"),
            (RDF_FIRST, "first"),
            (RDF_REST, "rest"),
        ];
        for (id, local) in pairs {
            let iri = IRIS[id.index()];
            assert!(iri.ends_with(&format!("#{local}")), "{id:?} is {iri}, not {local}");
        }
    }
}
