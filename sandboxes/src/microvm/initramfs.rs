//! The runner joins the boot file system: the kernel unpacks several archives one after another, so ours is appended.
//!
//! The format is cpio "newc": Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.

/// Appends an archive with the one file `/init`.
pub(crate) fn append_first_process(archive: &mut Vec<u8>, program: &[u8]) {
    const EXECUTABLE: u32 = 0o100_755;
    pad(archive);
    entry(archive, "init", EXECUTABLE, program);
    entry(archive, "TRAILER!!!", 0, &[]);
}

fn entry(archive: &mut Vec<u8>, name: &str, mode: u32, content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let name_length = u32::try_from(name.len() + 1).unwrap_or(u32::MAX);
    // inode, mode, user, group, links, time, size, device twice two, name's size, checksum
    let fields = [1, mode, 0, 0, 1, 0, length, 0, 0, 0, 0, name_length, 0];
    archive.extend_from_slice(b"070701");
    for field in fields {
        archive.extend_from_slice(format!("{field:08X}").as_bytes());
    }
    archive.extend_from_slice(name.as_bytes());
    archive.push(0);
    pad(archive);
    archive.extend_from_slice(content);
    pad(archive);
}

fn pad(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_as_the_kernel_wants_it() {
        let mut archive = b"odd".to_vec();
        append_first_process(&mut archive, b"\x7fELF!");
        let text: Vec<u8> = archive[4..].to_vec();
        assert_eq!(&text[..6], b"070701");
        assert_eq!(&text[14..22], b"000081ED");
        assert_eq!(&text[54..62], b"00000005");
        assert_eq!(&text[94..102], b"00000005");
        // 110 bytes of header and the name end at a multiple of four, and so does the content.
        assert_eq!(&text[110..116], b"init\0\0");
        assert_eq!(&text[116..124], b"\x7fELF!\0\0\0");
        assert_eq!(&text[124..130], b"070701");
        assert!(text.ends_with(b"TRAILER!!!\0\0\0\0"));
    }
}
