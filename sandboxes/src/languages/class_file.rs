//! Reads just enough of a JVM class file to know whether it can be started (JVMS chapter 4).
//!
//! The bytes come from a compiler run on a stranger's source: every read is bounds-checked, anything odd is "no main".

/// The dotted name of the class, when it has `public static void main(String[])`.
pub(crate) fn main_class_name(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader { bytes };
    if reader.u32()? != 0xCAFE_BABE {
        return None;
    }
    reader.skip(4)?;
    let pool = Pool::read(&mut reader)?;
    reader.skip(2)?;
    let this_class = reader.u16()?;
    reader.skip(2)?;
    let interfaces = usize::from(reader.u16()?);
    reader.skip(interfaces * 2)?;
    members(&mut reader, |_, _, _| ())?;
    let mut has_main = false;
    members(&mut reader, |flags, name, descriptor| {
        const PUBLIC_STATIC: u16 = 0x0001 | 0x0008;
        has_main |= flags & PUBLIC_STATIC == PUBLIC_STATIC
            && pool.text(name) == Some(b"main")
            && pool.text(descriptor) == Some(b"([Ljava/lang/String;)V");
    })?;
    if !has_main {
        return None;
    }
    let name = std::str::from_utf8(pool.class_name(this_class)?).ok()?;
    Some(name.replace('/', "."))
}

/// Walks fields or methods: flags, name index, descriptor index.
fn members(reader: &mut Reader<'_>, mut each: impl FnMut(u16, u16, u16)) -> Option<()> {
    for _ in 0..reader.u16()? {
        each(reader.u16()?, reader.u16()?, reader.u16()?);
        for _ in 0..reader.u16()? {
            reader.skip(2)?;
            let length = reader.u32()?;
            reader.skip(usize::try_from(length).ok()?)?;
        }
    }
    Some(())
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn u8(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }
}

enum Constant<'a> {
    Text(&'a [u8]),
    Class(u16),
    Other,
}

struct Pool<'a>(Vec<Constant<'a>>);

impl<'a> Pool<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let count = usize::from(reader.u16()?);
        // Entry 0 does not exist; longs and doubles take two entries (JVMS 4.4.5).
        let mut constants = vec![Constant::Other];
        while constants.len() < count {
            let constant = match reader.u8()? {
                1 => {
                    let length = reader.u16()?;
                    Constant::Text(reader.take(usize::from(length))?)
                }
                7 => Constant::Class(reader.u16()?),
                8 | 16 | 19 | 20 => skipped(reader, 2)?,
                15 => skipped(reader, 3)?,
                3 | 4 | 9..=12 | 17 | 18 => skipped(reader, 4)?,
                5 | 6 => {
                    constants.push(Constant::Other);
                    skipped(reader, 8)?
                }
                _ => return None,
            };
            constants.push(constant);
        }
        Some(Self(constants))
    }

    fn text(&self, index: u16) -> Option<&'a [u8]> {
        match self.0.get(usize::from(index))? {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    fn class_name(&self, index: u16) -> Option<&'a [u8]> {
        match self.0.get(usize::from(index))? {
            Constant::Class(name) => self.text(*name),
            _ => None,
        }
    }
}

fn skipped<'a>(reader: &mut Reader<'a>, length: usize) -> Option<Constant<'a>> {
    reader.skip(length)?;
    Some(Constant::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A class `p/Toy` with one method, written by hand after JVMS 4.1.
    fn class(method: &str, descriptor: &str, flags: u16) -> Vec<u8> {
        let mut bytes = vec![0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 61];
        bytes.extend(7_u16.to_be_bytes());
        for text in ["p/Toy", method, descriptor] {
            bytes.push(1);
            bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend([7, 0, 1]);
        bytes.extend([5, 0, 0, 0, 0, 0, 0, 0, 9]);
        // access, this_class 4, super_class, no interfaces, no fields, one method
        for number in [1, 4, 0, 0, 0, 1, flags, 2, 3, 0, 0] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    #[test]
    fn finds_main() {
        let good = class("main", "([Ljava/lang/String;)V", 0x0009);
        assert_eq!(main_class_name(&good).as_deref(), Some("p.Toy"));
        for other in [
            class("mean", "([Ljava/lang/String;)V", 0x0009),
            class("main", "()V", 0x0009),
            class("main", "([Ljava/lang/String;)V", 0x0001),
        ] {
            assert_eq!(main_class_name(&other), None);
        }
    }

    #[test]
    fn survives_every_truncation_and_flip() {
        let good = class("main", "([Ljava/lang/String;)V", 0x0009);
        for length in 0..good.len() - 2 {
            assert_eq!(main_class_name(&good[..length]), None, "{length} bytes");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0xFF;
            let _ = main_class_name(&bad);
        }
    }
}
