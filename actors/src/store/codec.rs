//! How a record lies on disk: `[schema version u8][crc32 of version and payload, little endian][payload]`, payload in bincode 2.
//!
//! **Invariants**: decoding never allocates more than [`MAX_RECORD_BYTES`], accepts no byte too many or too few, and never takes
//! one version for another. A released version's layout is frozen: a change makes a new version and an upcaster, enum variants
//! are only appended. Golden files hold every version.

use bincode::{Decode, Encode};

/// The longest payload that is written or read. Bodies over a few kilobytes live in artifacts, so this is far away.
pub(crate) const MAX_RECORD_BYTES: usize = 256 * 1024;

const HEADER_BYTES: usize = 5;

/// Why a record could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// It is shorter than a header.
    #[error("record of {0} bytes is shorter than its header")]
    Short(usize),
    /// Its checksum does not match.
    #[error("checksum of the record does not match")]
    Checksum,
    /// It was written by a newer program.
    #[error("schema version {0} is unknown to this program")]
    Version(u8),
    /// Bytes are left over after the value.
    #[error("{0} bytes are left over after the value")]
    Trailing(usize),
    /// It cannot be encoded.
    #[error("failed to encode record: {0}")]
    Encode(bincode::error::EncodeError),
    /// It cannot be decoded.
    #[error("failed to decode record: {0}")]
    Decode(bincode::error::DecodeError),
    /// A field holds a value that this program does not know.
    #[error("unknown {field} {value}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What it holds.
        value: u64,
    },
}

/// A value with a versioned layout.
pub(crate) trait Record: Encode + Decode<()> {
    /// The version that is written.
    const VERSION: u8;

    /// Reads the payload of an older version and lifts it to the newest.
    fn upcast(version: u8, _payload: &[u8]) -> Result<Self, CodecError> {
        Err(CodecError::Version(version))
    }
}

fn checksum(version: u8, payload: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[version]);
    hasher.update(payload);
    hasher.finalize().to_le_bytes()
}

/// Encodes a record with its header.
pub(crate) fn encode<R: Record>(record: &R) -> Result<Vec<u8>, CodecError> {
    let config = bincode::config::standard().with_limit::<MAX_RECORD_BYTES>();
    let mut bytes = vec![0; HEADER_BYTES];
    let payload = bincode::encode_to_vec(record, config).map_err(CodecError::Encode)?;
    bytes[0] = R::VERSION;
    bytes[1..HEADER_BYTES].copy_from_slice(&checksum(R::VERSION, &payload));
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

/// Decodes a record of any version this program knows.
pub(crate) fn decode<R: Record>(bytes: &[u8]) -> Result<R, CodecError> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER_BYTES) else {
        return Err(CodecError::Short(bytes.len()));
    };
    let version = header[0];
    if checksum(version, payload) != header[1..] {
        return Err(CodecError::Checksum);
    }
    if version == R::VERSION {
        decode_payload(payload)
    } else {
        R::upcast(version, payload)
    }
}

/// Decodes a record among many: one that cannot be read must not hide the others. It is said loudly and counted.
pub(crate) fn decode_among<R: Record>(table: &'static str, bytes: &[u8]) -> Option<R> {
    match decode(bytes) {
        Ok(record) => Some(record),
        Err(error) => {
            tracing::error!(table, %error, "a record of the store cannot be read and is passed over");
            metrics::counter!("gavel_store_unreadable_total", "table" => table).increment(1);
            None
        }
    }
}

/// Decodes a payload without header; for upcasters.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the codec: it sets the limit and checks the length"
)]
pub(crate) fn decode_payload<T: Decode<()>>(payload: &[u8]) -> Result<T, CodecError> {
    let config = bincode::config::standard().with_limit::<MAX_RECORD_BYTES>();
    let (value, consumed) =
        bincode::decode_from_slice(payload, config).map_err(CodecError::Decode)?;
    if consumed == payload.len() {
        Ok(value)
    } else {
        Err(CodecError::Trailing(payload.len() - consumed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, Encode, Decode)]
    struct V1 {
        name: String,
    }

    #[derive(Debug, PartialEq, Encode, Decode)]
    struct V2 {
        name: String,
        size: u64,
    }

    impl Record for V1 {
        const VERSION: u8 = 1;
    }

    impl Record for V2 {
        const VERSION: u8 = 2;

        fn upcast(version: u8, payload: &[u8]) -> Result<Self, CodecError> {
            match version {
                1 => decode_payload::<V1>(payload).map(|old| Self {
                    name: old.name,
                    size: 0,
                }),
                other => Err(CodecError::Version(other)),
            }
        }
    }

    #[test]
    fn an_older_version_is_lifted_and_a_newer_one_refused() {
        let old = encode(&V1 {
            name: "a".to_owned(),
        })
        .expect("it encodes");
        assert_eq!(
            decode::<V2>(&old).expect("it is lifted"),
            V2 {
                name: "a".to_owned(),
                size: 0
            }
        );
        let new = encode(&V2 {
            name: "a".to_owned(),
            size: 1,
        })
        .expect("it encodes");
        assert!(matches!(decode::<V1>(&new), Err(CodecError::Version(2))));
    }

    #[test]
    fn a_length_that_lies_is_an_error_and_no_allocation() {
        let payload = [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert!(matches!(
            decode_payload::<V1>(&payload),
            Err(CodecError::Decode(_))
        ));
    }

    #[test]
    fn a_tail_is_refused() {
        let mut payload = vec![1, b'a'];
        payload.push(0);
        assert!(matches!(
            decode_payload::<V1>(&payload),
            Err(CodecError::Trailing(1))
        ));
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_noticed(name in ".{0,40}", at in 0usize..1000, bit in 0u8..8) {
            let mut bytes = encode(&V1 { name }).expect("it encodes");
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            prop_assert!(decode::<V1>(&bytes).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode::<V2>(&bytes);
        }
    }
}
