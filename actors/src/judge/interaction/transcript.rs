//! A record of a dialogue as staff read it: a line for each line that was said, with its moment and its speaker. The marks are
//! those of the `.interaction` files of problem packages: `<` comes from the validator, `>` from the submission.

use std::fmt::Write;
use std::time::Duration;

use sandboxes::dialogue::{Record, Said};

/// The transcript of one pass.
pub(super) fn transcript(record: &Record) -> String {
    let mut text = String::new();
    record.head.iter().for_each(|said| lines(&mut text, said));
    let (messages, bytes) = record.left_out;
    if messages > 0 {
        // Writing into a string cannot fail, here and below.
        let _ = writeln!(text, "... {messages} messages, {bytes} bytes, left out ...");
    }
    record.tail.iter().for_each(|said| lines(&mut text, said));
    text
}

fn lines(text: &mut String, said: &Said) {
    let mark = if said.first { '>' } else { '<' };
    for line in said.bytes.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = match line.strip_suffix(b"\n") {
            Some(line) => (line, ""),
            None => (line, " [no end of line]"),
        };
        let _ = writeln!(text, "{} {mark} {}{end}", Moment(said.at), printable(line));
    }
}

/// What a terminal shows as it is; other bytes by their codes.
fn printable(line: &[u8]) -> String {
    let mut shown = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' => shown.push(c),
                c if c.is_control() => shown.extend(c.escape_default()),
                c => shown.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Seconds to the microsecond.
struct Moment(Duration);

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:4}.{:06}", self.0.as_secs(), self.0.subsec_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_moment_and_its_speaker() {
        let said = |at_us, first, bytes: &[u8]| Said {
            at: Duration::from_micros(at_us),
            first,
            bytes: bytes.to_vec(),
        };
        let mut record = Record::default();
        record.head = vec![
            said(120, false, b"10\n20\n"),
            said(1_000_450, true, b"? 1 2"),
            said(1_000_460, true, b"\n\x1b[2J\xff\r\n"),
        ];
        record.left_out = (7, 70);
        record.tail = [said(12_000_000, false, b"ok\n")].into();
        let expected = "   0.000120 < 10\n   0.000120 < 20\n   1.000450 > ? 1 2 [no end of line]\n   1.000460 > \n   \
            1.000460 > \\u{1b}[2J\\xff\\r\n... 7 messages, 70 bytes, left out ...\n  12.000000 < ok\n";
        assert_eq!(transcript(&record), expected);
    }
}
