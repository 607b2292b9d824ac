//! Rewrites the loader's cache so that it names only libraries the root shows (glibc `elf/cache.c`, format 1.1).

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
/// Magic and version, counts, flags, extension offset, unused words.
const HEADER: usize = 48;
/// flags, key, value, osversion, hwcap.
const ENTRY: usize = 24;
/// Hosts before glibc 2.32 put the same format behind an old one.
const OLD_MAGIC: &[u8] = b"ld.so-1.7.0\0";

/// The cache with only the libraries whose path `is_shown`; `None` when it is not a cache we understand.
///
/// The extension (glibc-hwcaps names) is dropped, and with it the entries that need it: the loader then takes the plain ones.
pub(crate) fn keep_only(cache: &[u8], is_shown: impl Fn(&Path) -> bool) -> Option<Vec<u8>> {
    let cache = new_format(cache)?;
    let count = usize::try_from(word(cache, 20)?).ok()?;
    let mut kept: Vec<(&[u8], &[u8], &[u8])> = Vec::new();
    for number in 0..count {
        let start = HEADER.checked_add(number.checked_mul(ENTRY)?)?;
        let entry = cache.get(start..start.checked_add(ENTRY)?)?;
        let key = text(cache, word(entry, 4)?)?;
        let value = text(cache, word(entry, 8)?)?;
        let hwcap = entry.get(16..24)?;
        if hwcap == [0; 8] && is_shown(Path::new(std::ffi::OsStr::from_bytes(value))) {
            kept.push((entry, key, value));
        }
    }
    build(cache, &kept)
}

fn build(cache: &[u8], kept: &[(&[u8], &[u8], &[u8])]) -> Option<Vec<u8>> {
    let strings_at = HEADER + kept.len() * ENTRY;
    let (mut entries, mut strings) = (Vec::new(), Vec::new());
    let mut put = |bytes: &[u8]| -> Option<u32> {
        let at = u32::try_from(strings_at + strings.len()).ok()?;
        strings.extend_from_slice(bytes);
        strings.push(0);
        Some(at)
    };
    for (entry, key, value) in kept {
        entries.extend_from_slice(&entry[..4]);
        entries.extend_from_slice(&put(key)?.to_ne_bytes());
        entries.extend_from_slice(&put(value)?.to_ne_bytes());
        entries.extend_from_slice(&entry[12..]);
    }
    let mut built = MAGIC.to_vec();
    built.extend_from_slice(&u32::try_from(kept.len()).ok()?.to_ne_bytes());
    built.extend_from_slice(&u32::try_from(strings.len()).ok()?.to_ne_bytes());
    // The flags byte says which byte order this is; padding, extension offset and unused words stay zero.
    built.push(*cache.get(28)?);
    built.resize(HEADER, 0);
    built.extend(entries);
    built.extend(strings);
    Some(built)
}

fn new_format(cache: &[u8]) -> Option<&[u8]> {
    if cache.starts_with(MAGIC) {
        return Some(cache);
    }
    if !cache.starts_with(OLD_MAGIC) {
        return None;
    }
    // Old header: magic, padding to 12, count; entries of 12 bytes; then the new header, aligned to 8.
    let count = usize::try_from(word(cache, 12)?).ok()?;
    let end = count.checked_mul(12)?.checked_add(16)?.next_multiple_of(8);
    cache.get(end..).filter(|rest| rest.starts_with(MAGIC))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn text(cache: &[u8], at: u32) -> Option<&[u8]> {
    let rest = cache.get(usize::try_from(at).ok()?..)?;
    rest.split(|byte| *byte == 0).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(libraries: &[(&str, &str)]) -> Vec<u8> {
        let mut header = vec![0; HEADER];
        header[..MAGIC.len()].copy_from_slice(MAGIC);
        header[28] = 2;
        let entry = [
            3_u8, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let kept: Vec<(&[u8], &[u8], &[u8])> = libraries
            .iter()
            .map(|(key, value)| (&entry[..], key.as_bytes(), value.as_bytes()))
            .collect();
        build(&header, &kept).unwrap()
    }

    #[test]
    fn keeps_only_what_is_shown() {
        let all = cache(&[
            ("libc.so.6", "/usr/lib/libc.so.6"),
            ("libx.so", "/opt/secret/libx.so"),
        ]);
        let expected = cache(&[("libc.so.6", "/usr/lib/libc.so.6")]);
        assert_eq!(
            keep_only(&all, |path| path.starts_with("/usr")),
            Some(expected)
        );
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        assert_eq!(keep_only(b"", |_| true), None);
        assert_eq!(keep_only(b"glibc-ld.so.cache1.2 and more", |_| true), None);
        let good = cache(&[("libc.so.6", "/usr/lib/libc.so.6")]);
        for length in 0..HEADER + ENTRY {
            assert_eq!(keep_only(&good[..length], |_| true), None, "{length} bytes");
        }
        let mut far = good;
        far[20] = 0xFF;
        far[21] = 0xFF;
        assert_eq!(keep_only(&far, |_| true), None);
    }

    /// The loader of this machine must still find libraries: `ldconfig` reads the rewritten cache.
    #[test]
    fn this_hosts_cache_survives() {
        let host = std::fs::read("/etc/ld.so.cache").unwrap();
        let rewritten = keep_only(&host, |_| true).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), rewritten).unwrap();
        let listed = std::process::Command::new("/sbin/ldconfig")
            .args(["-p", "-C"])
            .arg(file.path())
            .output()
            .unwrap();
        let text = String::from_utf8(listed.stdout).unwrap();
        assert!(text.contains("libc.so.6 (libc6,x86-64) => "), "{text}");
    }
}
