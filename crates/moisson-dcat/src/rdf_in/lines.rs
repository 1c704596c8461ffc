//! Line numbers of positions in a text.

/// Counts lines, cheaply when the positions asked for are near each other.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t [u8],
    position: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), position: 0, line: 1 }
    }

    /// The line of a position, from 1.
    pub(super) fn at(&mut self, position: usize) -> usize {
        let count = |from: usize, to: usize| {
            memchr::memchr_iter(b'\n', self.text.get(from..to).unwrap_or_default()).count()
        };
        self.line = if position >= self.position {
            self.line + count(self.position, position)
        } else {
            self.line.saturating_sub(count(position, self.position))
        };
        self.position = position;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_counted_in_both_directions() {
        let mut lines = Lines::new("a\nb\n\nc");
        assert_eq!([5, 0, 2, 4, 1].map(|at| lines.at(at)), [4, 1, 2, 3, 1]);
    }
}
