//! Single files into and out of containers, as the archives Docker speaks in.

use std::io::{Error, ErrorKind, Read, Result};

/// The largest file that is read out of an image.
const MOST_BYTES: u64 = 64 << 20;

/// An archive with one file that everybody may execute and nobody change.
pub(crate) fn archive(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o555);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    let mut builder = tar::Builder::new(Vec::with_capacity(bytes.len() + 2048));
    builder.append_data(&mut header, name, bytes)?;
    builder.into_inner()
}

/// The text of the one file in an archive.
pub(crate) fn text(archive: &[u8]) -> Result<String> {
    let mut archive = tar::Archive::new(archive);
    let file = archive
        .entries()?
        .next()
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "an empty archive"))??;
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_went() {
        let archive = archive("listing", b"f /usr/bin/python3\t\n").unwrap();
        assert_eq!(text(&archive).unwrap(), "f /usr/bin/python3\t\n");
        assert!(text(b"").is_err());
        assert!(text(&[7; 1024]).is_err());
    }
}
