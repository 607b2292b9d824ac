//! Frames: a length (4 bytes, little endian), a count of descriptors (1 byte), then that many bytes of bincode.
//!
//! **Invariant:** nothing is allocated from a length before it is checked against [`MAX_FRAME`], so a broken or hostile peer
//! costs at most that much.

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use bincode::{Decode, Encode};

/// Largest body of a frame, bytes. Holds any source we accept inline; larger contents travel as descriptors.
pub const MAX_FRAME: usize = 64 << 20;

/// Largest number of descriptors beside one frame; the kernel's own bound is 253.
pub const MAX_DESCRIPTORS: usize = 128;

/// Bytes before the body.
pub const HEADER: usize = 5;

const CONFIG: Configuration<LittleEndian, Fixint, Limit<MAX_FRAME>> = bincode::config::standard()
    .with_little_endian()
    .with_fixed_int_encoding()
    .with_limit::<MAX_FRAME>();

/// A frame that cannot be made or read.
#[derive(Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Body longer than [`MAX_FRAME`].
    TooLong(usize),
    /// More descriptors than [`MAX_DESCRIPTORS`].
    TooManyDescriptors(usize),
    /// The body is not such a message.
    Malformed(String),
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(bytes) => write!(f, "frame of {bytes} bytes exceeds {MAX_FRAME}"),
            Self::TooManyDescriptors(count) => {
                write!(
                    f,
                    "frame with {count} descriptors exceeds {MAX_DESCRIPTORS}"
                )
            }
            Self::Malformed(reason) => write!(f, "malformed frame: {reason}"),
        }
    }
}

impl std::error::Error for FrameError {}

struct Appender<'a>(&'a mut Vec<u8>);

impl bincode::enc::write::Writer for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Appends one frame to `buffer`.
///
/// # Errors
/// [`FrameError`]; `buffer` is then as before.
pub fn encode<M: Encode>(
    message: &M,
    descriptors: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let count = match u8::try_from(descriptors) {
        Ok(count) if descriptors <= MAX_DESCRIPTORS => count,
        _ => return Err(FrameError::TooManyDescriptors(descriptors)),
    };
    let start = buffer.len();
    buffer.extend_from_slice(&[0, 0, 0, 0, count]);
    let outcome = bincode::encode_into_writer(message, Appender(buffer), CONFIG);
    let body = buffer.len() - start - HEADER;
    let failure = match outcome {
        Ok(()) if body <= MAX_FRAME => None,
        Ok(()) => Some(FrameError::TooLong(body)),
        Err(error) => Some(FrameError::Malformed(error.to_string())),
    };
    if let Some(failure) = failure {
        buffer.truncate(start);
        return Err(failure);
    }
    let length = u32::try_from(body).map_err(|_| FrameError::TooLong(body))?;
    buffer[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// What a header promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the body.
    pub body: usize,
    /// Descriptors beside it.
    pub descriptors: usize,
}

/// Reads the header at the front of `bytes`; `None` when there is too little yet.
///
/// # Errors
/// [`FrameError`] when it promises too much.
pub fn header(bytes: &[u8]) -> Result<Option<Header>, FrameError> {
    let Some(&[a, b, c, d, count]) = bytes.first_chunk::<HEADER>() else {
        return Ok(None);
    };
    let body = u32::from_le_bytes([a, b, c, d]) as usize;
    let descriptors = usize::from(count);
    if body > MAX_FRAME {
        return Err(FrameError::TooLong(body));
    }
    if descriptors > MAX_DESCRIPTORS {
        return Err(FrameError::TooManyDescriptors(descriptors));
    }
    Ok(Some(Header { body, descriptors }))
}

/// Reads a whole body.
///
/// # Errors
/// [`FrameError::Malformed`], also for bytes left over.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the codec: CONFIG limits the size"
)]
pub fn decode<M: Decode<()>>(body: &[u8]) -> Result<M, FrameError> {
    let (message, used) = bincode::decode_from_slice(body, CONFIG)
        .map_err(|error| FrameError::Malformed(error.to_string()))?;
    if used != body.len() {
        return Err(FrameError::Malformed(format!(
            "{} bytes left over",
            body.len() - used
        )));
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{KeeperRequest, Reply, Request};

    #[test]
    fn a_frame_comes_back_as_it_went() {
        let mut wire = Vec::new();
        let message = Request::Collect {
            directory: "out".into(),
            files: 3,
            total_bytes: 9,
        };
        encode(&message, 2, &mut wire).unwrap();
        let header = header(&wire).unwrap().unwrap();
        assert_eq!(
            header,
            Header {
                body: wire.len() - HEADER,
                descriptors: 2
            }
        );
        let back: Request = decode(&wire[HEADER..]).unwrap();
        assert_eq!(format!("{back:?}"), format!("{message:?}"));
    }

    #[test]
    fn lengths_beyond_the_limit_are_refused_before_anything_is_read() {
        assert_eq!(header(&[0, 0, 0, 5, 0]), Err(FrameError::TooLong(5 << 24)));
        assert_eq!(
            header(&[1, 0, 0, 0, 129]),
            Err(FrameError::TooManyDescriptors(129))
        );
        assert_eq!(header(&[1, 0, 0, 0]), Ok(None));
    }

    #[test]
    fn garbage_is_an_error_and_never_a_panic() {
        let mut state = 1_u64;
        for length in 0..2000_usize {
            let body: Vec<u8> = (0..length % 97)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (state >> 56) as u8
                })
                .collect();
            let _ = decode::<Request>(&body);
            let _ = decode::<Reply>(&body);
            let _ = decode::<KeeperRequest>(&body);
        }
        assert!(decode::<Request>(&[255; 16]).is_err());
        let mut long = Vec::new();
        encode(&Request::Cancel { through: 1 }, 0, &mut long).unwrap();
        long.push(0);
        assert!(decode::<Request>(&long[HEADER..]).is_err());
    }
}
