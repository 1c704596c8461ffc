//! CSV as town halls write it ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180), and what spreadsheets make of
//! it): any of four delimiters, quotes inside unquoted values, quotes that are not doubled, quotes never closed.

/// Delimiters that are tried.
pub(crate) const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// Most line ends inside one quoted value of a table whose quotes are not all in order; more means that its quote is
/// never closed.
const MAX_LINES_IN_VALUE: usize = 100;

/// Most columns that are read.
const MAX_COLUMNS: usize = 1_000;

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row<'t> {
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    pub(crate) values: Vec<String>,
    /// The row as it stands.
    pub(crate) text: &'t str,
    /// What was wrong with its quotes, and mended.
    pub(crate) mended: bool,
}

/// The rows of a text, one after the other.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    rest: &'t str,
    delimiter: u8,
    line: usize,
    order: Order<'t>,
}

/// Whether all quotes of a table are in order, found out when it matters.
#[derive(Debug)]
struct Order<'t> {
    text: &'t str,
    delimiter: u8,
    found: Option<bool>,
}

impl Order<'_> {
    /// Whether the table reads by the rules, with the same number of values in every row.
    fn holds(&mut self) -> bool {
        let Self { text, delimiter, found } = self;
        *found.get_or_insert_with(|| {
            let mut builder = csv::ReaderBuilder::new();
            let mut reader = builder.delimiter(*delimiter).has_headers(false).from_reader(text.as_bytes());
            let mut width = None;
            let mut row = csv::ByteRecord::new();
            loop {
                match reader.read_byte_record(&mut row) {
                    Ok(true) => width = Some(row.len()),
                    Ok(false) => return width.is_some_and(|width| width > 1),
                    Err(_) => return false,
                }
            }
        })
    }
}

impl<'t> Rows<'t> {
    /// Begins at the start of a text.
    pub(crate) fn of(text: &'t str, delimiter: u8) -> Self {
        Self { rest: text, delimiter, line: 1, order: Order { text, delimiter, found: None } }
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let (mut values, mut mended, mut unclosed, mut at) = (Vec::new(), false, false, 0);
            loop {
                // After a quote that is never closed, quotes mean nothing for the rest of the row.
                let value = value(self.rest, at, &mut self.order, unclosed);
                mended |= value.mended;
                unclosed |= value.unclosed;
                at = value.end;
                if values.len() < MAX_COLUMNS {
                    values.push(value.text);
                }
                if self.rest.as_bytes().get(at) != Some(&self.delimiter) {
                    break;
                }
                at += 1;
            }
            let (text, after) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
            let line = self.line;
            let (ends, after) = match after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']))
            {
                Some(after) => (1, after),
                None => (0, after),
            };
            self.line += ends + line_ends(text);
            self.rest = after;
            if values.iter().any(|value| !value.trim().is_empty()) {
                return Some(Row { line, values, text, mended });
            }
        }
    }
}

struct Read {
    text: String,
    /// Where the delimiter or the line end after the value stands.
    end: usize,
    mended: bool,
    unclosed: bool,
}

fn value(text: &str, start: usize, order: &mut Order<'_>, unclosed: bool) -> Read {
    let delimiter = order.delimiter;
    let bytes = text.as_bytes();
    let rest = bytes.get(start..).unwrap_or_default();
    let blanks = rest.iter().take_while(|&&byte| byte == b' ' && byte != delimiter).count();
    if rest.get(blanks) == Some(&b'"')
        && !unclosed
        && let Some(read) = quoted(text, start + blanks + 1, order)
    {
        return read;
    }
    let length = rest
        .iter()
        .position(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r')
        .unwrap_or(rest.len());
    let end = start + length;
    let plain = text.get(start..end).unwrap_or_default();
    let opened = rest.get(blanks) == Some(&b'"');
    Read { text: plain.trim().trim_start_matches('"').to_owned(), end, mended: opened, unclosed: opened }
}

/// A quoted value from behind its opening quote. `None` when no quote closes it within reason.
fn quoted(text: &str, start: usize, order: &mut Order<'_>) -> Option<Read> {
    let delimiter = order.delimiter;
    let bytes = text.as_bytes();
    let mut value = Vec::new();
    let (mut at, mut lines, mut mended) = (start, 0_usize, false);
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        match byte {
            b'"' if bytes.get(at) == Some(&b'"') => {
                value.push(b'"');
                at += 1;
                // After a quote that was not doubled, two may be one more and the closing one: `"il dit "oui"";`
                if mended && let Some(end) = value_end(bytes, at, delimiter) {
                    return Some(Read { text: finished(&value), end, mended, unclosed: false });
                }
            }
            b'"' => {
                if let Some(end) = value_end(bytes, at, delimiter) {
                    return Some(Read { text: finished(&value), end, mended, unclosed: false });
                }
                mended = true;
                value.push(b'"');
            }
            b'\n' => {
                lines += 1;
                if lines > MAX_LINES_IN_VALUE && !order.holds() {
                    return None;
                }
                value.push(byte);
            }
            _ => value.push(byte),
        }
    }
}

/// Where a value ends if only blanks stand between here and the delimiter or line end.
fn value_end(bytes: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = at + rest.iter().take_while(|&&byte| byte == b' ' && byte != delimiter).count();
    match bytes.get(end) {
        None | Some(b'\n' | b'\r') => Some(end),
        Some(&next) => (next == delimiter).then_some(end),
    }
}

fn finished(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim().to_owned()
}

fn line_ends(text: &str) -> usize {
    // `\r\n` is one line end, as is either alone.
    text.replace("\r\n", "\n").matches(['\n', '\r']).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&[&str]]) {
        let rows: Vec<Vec<String>> = Rows::of(text, b';').map(|row| row.values).collect();
        assert_eq!(rows, expected, "{text}");
    }

    #[test]
    fn plain_and_quoted_values_are_read() {
        check(
            "a;b\r\n\"un; deux\n\"\"trois\"\"\"; x \n\n;;\nfin;",
            &[&["a", "b"], &["un; deux\n\"trois\"", "x"], &["fin", ""]],
        );
    }

    #[test]
    fn quotes_that_should_be_doubled_are_kept_and_remarked() {
        check(
            "\"la \"Halle\" aux grains\";b\nc;5\" x",
            &[&["la \"Halle\" aux grains", "b"], &["c", "5\" x"]],
        );
        check("\"il dit \"oui\"\";b", &[&["il dit \"oui\"", "b"]]);
        assert!(Rows::of("\"la \"Halle\" x\";b", b';').next().unwrap().mended);
    }

    #[test]
    fn long_values_are_read_where_all_quotes_are_in_order() {
        let long = "x\n".repeat(MAX_LINES_IN_VALUE + 20);
        let table = format!("a;b\n1;\"{long}\"\n2;y\n");
        assert_eq!(Rows::of(&table, b';').count(), 3);
        let torn = format!("a;b\n1;\"{long}\n2;y\n");
        assert!(Rows::of(&torn, b';').count() > MAX_LINES_IN_VALUE);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_only_its_row() {
        let text = "\"a;b\nc;d\n";
        check(text, &[&["a", "b"], &["c", "d"]]);
        assert!(Rows::of(text, b';').next().unwrap().mended);
    }

    #[test]
    fn rows_know_their_line() {
        let lines: Vec<usize> = Rows::of("a\n\"b\nc\"\n\nd\re", b';').map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 5, 6]);
    }
}
