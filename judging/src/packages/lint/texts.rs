//! Text files: UTF-8, no byte-order mark, line feeds, one at the end (legacy and 2025-09, "General requirements").

use std::fs::File;
use std::io::Read;

use super::super::error::PackageError;
use super::super::tree;
use super::Lint;

/// Bytes of a file that are looked at; the end of a larger one is not seen.
const SEARCHED: u64 = 32 << 20;
/// Extensions of files that are text by the format.
const TEXTS: &str = "ans c cc cpp cs ctd d desc go h hint hs in ini interaction java js json kt lua md ml pas php pl py rb rs scala \
    sh tex txt viva yaml yml ";

pub(super) fn check(lint: &mut Lint<'_>, file: &tree::File) -> Result<(), PackageError> {
    let name = file.path.to_string_lossy();
    let is_text = name
        .rsplit_once('.')
        .is_some_and(|(_, extension)| TEXTS.split(' ').any(|known| known == extension));
    if !is_text || name.contains(".files/") {
        return Ok(());
    }
    let failed = |source| lint.tree.failed("read", &file.path, source);
    let mut bytes = Vec::new();
    let opened = File::open(&file.real).map_err(failed)?;
    opened
        .take(SEARCHED + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let whole = bytes.len() as u64 <= SEARCHED;
    if whole && std::str::from_utf8(&bytes).is_err() {
        lint.add(&file.path, "encoding", "is not UTF-8");
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        lint.add(
            &file.path,
            "byte_order_mark",
            "begins with a byte-order mark",
        );
    }
    if bytes.contains(&b'\r') {
        lint.add(
            &file.path,
            "line_endings",
            "has other line endings than line feeds",
        );
    }
    if whole && bytes.last().is_some_and(|last| *last != b'\n') {
        lint.add(&file.path, "final_newline", "does not end with a line feed");
    }
    Ok(())
}
