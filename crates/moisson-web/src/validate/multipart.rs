//! Forms with files ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)), read from a body that is there already.

/// Most fields of a form.
const FIELDS_MAX: usize = 50;
/// Longest head of a field, in bytes.
const HEAD_MAX: usize = 4 << 10;
/// Longest boundary, in bytes ([RFC 2046 §5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1)).
const BOUNDARY_MAX: usize = 70;

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'b> {
    pub(super) name: String,
    /// The name of the file, if it is one.
    pub(super) file: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body: &'b [u8],
}

/// The fields of a form, or what is wrong with it.
pub(super) fn read<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Field<'b>>, String> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty() && b.len() <= BOUNDARY_MAX);
    let boundary = boundary.ok_or("the form's `Content-Type` has no `boundary`")?;
    let delimiter = format!("--{boundary}");
    let between = format!("\r\n{delimiter}");
    // The first delimiter may stand at the very beginning or after a preamble.
    let mut rest = if body.starts_with(delimiter.as_bytes()) {
        body.get(delimiter.len()..).unwrap_or_default()
    } else {
        split(body, between.as_bytes()).ok_or("the form has no field")?.1
    };
    let mut fields = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(fields);
        }
        if fields.len() == FIELDS_MAX {
            return Err(format!("the form has more than {FIELDS_MAX} fields"));
        }
        let cut = "the form ends early";
        rest = split(rest, b"\r\n").ok_or(cut)?.1;
        let (head, after) = split(rest, b"\r\n\r\n").ok_or(cut)?;
        if head.len() > HEAD_MAX {
            return Err(format!("the head of a field has more than {HEAD_MAX} bytes"));
        }
        let (body, after) = split(after, between.as_bytes()).ok_or(cut)?;
        fields.push(field(head, body)?);
        rest = after;
    }
}

fn field<'b>(head: &[u8], body: &'b [u8]) -> Result<Field<'b>, String> {
    let head = String::from_utf8_lossy(head);
    let value = |wanted: &str| {
        head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition =
        value("content-disposition").ok_or("a field of the form has no `Content-Disposition`")?;
    let name = parameter(&disposition, "name").ok_or("a field of the form has no name")?;
    Ok(Field { name, file: parameter(&disposition, "filename"), content_type: value("content-type"), body })
}

/// A parameter of a header, quoted or not. Quotes in names come as `%22`, as browsers write them.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') {
            let (value, next) = quoted.split_once('"')?;
            (value.replace("%22", "\""), next)
        } else {
            let (value, next) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), next)
        };
        if name.trim_start_matches([';', ' ', '\t']).trim_end().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

fn split<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let found = memchr::memmem::find(bytes, at)?;
    Some((bytes.get(..found)?, bytes.get(found + at.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::read;

    const TYPE: &str = "multipart/form-data; boundary=\"xyz\"";

    #[test]
    fn fields_and_files_are_read() {
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\n\r\n--xyz\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"a %22b%22.ttl\"\r\nContent-Type: text/turtle\r\n\r\n\
            <a> <b>\r\n<c> .\r\n--xyz--\r\n";
        let fields = read(TYPE, body.as_bytes()).unwrap();
        assert_eq!((fields[0].name.as_str(), fields[0].body, &fields[0].file), ("url", &b""[..], &None));
        assert_eq!(fields[1].file.as_deref(), Some("a \"b\".ttl"));
        assert_eq!(fields[1].content_type.as_deref(), Some("text/turtle"));
        assert_eq!(fields[1].body, b"<a> <b>\r\n<c> .");
    }

    #[test]
    fn what_is_no_form_is_refused_with_the_reason() {
        let many = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(100);
        let long = format!("--xyz\r\nX: {}\r\n\r\n\r\n--xyz--", "a".repeat(10_000));
        for (content_type, body, part) in [
            ("multipart/form-data", "", "`boundary`"),
            (TYPE, "", "no field"),
            (TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc", "ends early"),
            (TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"a\"", "ends early"),
            (TYPE, "--xyz\r\nX: y\r\n\r\n\r\n--xyz--", "no `Content-Disposition`"),
            (TYPE, "--xyz\r\nContent-Disposition: form-data\r\n\r\n\r\n--xyz--", "no name"),
            (TYPE, &many, "more than 50 fields"),
            (TYPE, &long, "more than 4096 bytes"),
        ] {
            let error = read(content_type, body.as_bytes()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
