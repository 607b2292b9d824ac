//! The comparison of inputs that are not held in memory: window by window, cut where both have the same number of tokens.
//!
//! **Invariant**: the result is that of [`compare`] on the whole inputs, whatever the windows are. Memory is that of a window of
//! each input, and at most of the longest token and of the white space around it.

use std::io::{self, Read};

use super::compare::{Comparison, compare, is_space};
use super::flags::Flags;

/// What is read of each input at once.
const WINDOW: usize = 1 << 20;

/// Compares the output of a submission with the answer file, neither of which is held in memory.
///
/// # Errors
/// When one of them cannot be read.
pub fn compare_readers(
    output: impl Read,
    answer: impl Read,
    flags: &Flags,
) -> io::Result<Comparison> {
    compare_windows(Window::new(output), Window::new(answer), flags, WINDOW)
}

fn compare_windows(
    mut output: Window<impl Read>,
    mut answer: Window<impl Read>,
    flags: &Flags,
    mut window: usize,
) -> io::Result<Comparison> {
    let (mut lines, mut tokens) = (0, 0);
    loop {
        if flags.space_change_sensitive {
            output.fill(window)?;
            answer.fill(window)?;
        } else {
            lines += output.fill_with_tokens(window)?;
            answer.fill_with_tokens(window)?;
        }
        let both_end = output.ended && answer.ended;
        let (mine, theirs, common) = if both_end {
            (output.bytes.len(), answer.bytes.len(), 0)
        } else {
            let common = output.whole_tokens().min(answer.whole_tokens());
            (output.end_of(common), answer.end_of(common), common)
        };
        if !both_end && common == 0 {
            // One may have no token left while the other goes on, with a token that is whole in its window.
            let (mine, theirs) = (output.whole_tokens(), answer.whole_tokens());
            if (output.ended && mine == 0 && theirs > 0)
                || (answer.ended && theirs == 0 && mine > 0)
            {
                let result = compare(&output.bytes, &answer.bytes, flags);
                if !result.is_accepted() {
                    return Ok(moved(result, lines, tokens));
                }
            }
            window = window.saturating_mul(2);
            continue;
        }
        let result = compare(&output.bytes[..mine], &answer.bytes[..theirs], flags);
        if both_end || !result.is_accepted() {
            return Ok(moved(result, lines, tokens));
        }
        let newlines = output.bytes[..mine].iter().filter(|byte| **byte == b'\n');
        lines += newlines.count() as u64;
        tokens += common;
        output.bytes.drain(..mine);
        answer.bytes.drain(..theirs);
    }
}

/// The same difference, counted from the beginning of the output.
fn moved(result: Comparison, lines: u64, tokens: u64) -> Comparison {
    match result {
        Comparison::Rejected(mut difference) => {
            difference.line += lines;
            difference.token += tokens;
            Comparison::Rejected(difference)
        }
        accepted @ Comparison::Accepted => accepted,
    }
}

/// A part of an input.
struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    ended: bool,
}

impl<R: Read> Window<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            bytes: Vec::new(),
            ended: false,
        }
    }

    /// Reads until the window is full or the input ends.
    fn fill(&mut self, window: usize) -> io::Result<()> {
        let wanted = window.saturating_sub(self.bytes.len());
        if self.ended || wanted == 0 {
            return Ok(());
        }
        let read = (&mut self.reader)
            .take(wanted as u64)
            .read_to_end(&mut self.bytes)?;
        self.ended = read < wanted;
        Ok(())
    }

    /// Reads until the window is full or the input ends, leaving white space before the first token out. Returns the lines in
    /// what was left out.
    fn fill_with_tokens(&mut self, window: usize) -> io::Result<u64> {
        let mut lines = 0;
        loop {
            self.fill(window)?;
            let space = self.bytes.iter().take_while(|byte| is_space(**byte));
            let space = space.count();
            if space == 0 {
                return Ok(lines);
            }
            let left_out = self.bytes.drain(..space);
            lines += left_out.filter(|byte| *byte == b'\n').count() as u64;
        }
    }

    /// How many tokens end inside the window.
    fn whole_tokens(&self) -> u64 {
        let ends = self.bytes.windows(2);
        let ends = ends.filter(|pair| !is_space(pair[0]) && is_space(pair[1]));
        let last = self.bytes.last().is_some_and(|byte| !is_space(*byte));
        ends.count() as u64 + u64::from(self.ended && last)
    }

    /// Where the `count`th token ends.
    fn end_of(&self, count: u64) -> usize {
        if count == 0 {
            return 0;
        }
        let mut left = count;
        let mut inside = false;
        for (at, byte) in self.bytes.iter().enumerate() {
            let space = is_space(*byte);
            if inside && space {
                left -= 1;
                if left == 0 {
                    return at;
                }
            }
            inside = !space;
        }
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flags(words: &str) -> Flags {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        Flags::parse(&words).unwrap()
    }

    fn windowed(output: &[u8], answer: &[u8], flags: &Flags, window: usize) -> Comparison {
        compare_windows(Window::new(output), Window::new(answer), flags, window).unwrap()
    }

    #[test]
    fn a_difference_is_counted_from_the_beginning() {
        let output = b"1 2 3\n4 5 6\n7 8 0\n";
        let answer = b"1 2 3 4 5 6 7 8 9";
        for window in [1, 2, 3, 5, 100] {
            let found = windowed(output, answer, &flags(""), window);
            assert_eq!(found, compare(output, answer, &flags("")), "{window}");
        }
    }

    proptest! {
        #[test]
        fn windows_do_not_change_the_result(
            output in "[ab1.e \n\t-]{0,40}",
            changed in "[ab1.e \n\t-]{0,40}",
            keep in 0.0..1.0,
            window in 1_usize..20,
            which in 0_usize..4,
        ) {
            let flags = flags(["", "space_change_sensitive", "case_sensitive", "float_tolerance 0.5"][which]);
            // The same beginning more often than not.
            let kept = (output.len() as f64 * keep) as usize;
            for answer in [format!("{}{changed}", &output[..kept]), changed, output.clone()] {
                let whole = compare(output.as_bytes(), answer.as_bytes(), &flags);
                let found = windowed(output.as_bytes(), answer.as_bytes(), &flags, window);
                prop_assert_eq!(found, whole);
            }
        }
    }
}
