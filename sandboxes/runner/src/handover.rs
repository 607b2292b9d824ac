//! One packet with at most one descriptor beside it: how the worker asks the first process of its sandbox for what its own
//! filter forbids.

use std::io::{Error, Result};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// Room for one descriptor, aligned as the kernel wants it.
#[repr(align(8))]
struct ControlSpace([u8; 64]);

/// Sends one packet.
pub(crate) fn send(socket: RawFd, bytes: &[u8], descriptor: Option<RawFd>) -> Result<()> {
    let mut control = ControlSpace([0; 64]);
    let mut vector = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: `msghdr` is plain data for which zero is valid.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut vector;
    message.msg_iovlen = 1;
    if let Some(descriptor) = descriptor {
        const BYTES: u32 = size_of::<RawFd>() as u32;
        message.msg_control = control.0.as_mut_ptr().cast();
        // SAFETY: no pointers are followed.
        message.msg_controllen = unsafe { libc::CMSG_SPACE(BYTES) } as usize;
        // SAFETY: the control area is aligned and has room for a header and one descriptor, so the header is not null.
        unsafe {
            let part = libc::CMSG_FIRSTHDR(&raw const message);
            (*part).cmsg_level = libc::SOL_SOCKET;
            (*part).cmsg_type = libc::SCM_RIGHTS;
            (*part).cmsg_len = libc::CMSG_LEN(BYTES) as usize;
            libc::CMSG_DATA(part)
                .cast::<RawFd>()
                .write_unaligned(descriptor);
        }
    }
    // SAFETY: every pointer in `message` is to memory that lives until the call returns, with its true length.
    let count = unsafe { libc::sendmsg(socket, &raw const message, libc::MSG_NOSIGNAL) };
    if usize::try_from(count) == Ok(bytes.len()) {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

/// Receives one packet; no bytes when the other end is gone.
pub(crate) fn receive(socket: RawFd, bytes: &mut [u8]) -> Result<(usize, Option<OwnedFd>)> {
    let mut control = ControlSpace([0; 64]);
    let mut vector = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: `msghdr` is plain data for which zero is valid.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut vector;
    message.msg_iovlen = 1;
    message.msg_control = control.0.as_mut_ptr().cast();
    // One header and one descriptor: the kernel closes what does not fit.
    // SAFETY: no pointers are followed.
    message.msg_controllen = unsafe { libc::CMSG_SPACE(size_of::<RawFd>() as u32) } as usize;
    // SAFETY: every pointer in `message` is to memory that lives until the call returns, with its true length.
    let count = unsafe { libc::recvmsg(socket, &raw mut message, libc::MSG_CMSG_CLOEXEC) };
    let count = usize::try_from(count).map_err(|_| Error::last_os_error())?;
    // SAFETY: the kernel has filled `message` and its control area; a header that is not null holds what it says.
    let descriptor = unsafe {
        let part = libc::CMSG_FIRSTHDR(&raw const message);
        if part.is_null() || (*part).cmsg_type != libc::SCM_RIGHTS {
            None
        } else {
            let fd = libc::CMSG_DATA(part).cast::<RawFd>().read_unaligned();
            Some(OwnedFd::from_raw_fd(fd))
        }
    };
    Ok((count, descriptor))
}
