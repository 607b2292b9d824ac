//! Exact decimal arithmetic for the few comparisons whose result rounding could change.
//!
//! A tolerance of 1e-6 accepts 0.100001 for 0.1: the difference is exactly the tolerance, while the difference of the
//! two nearest `f64`s is above it. Only tokens that close to the bound come here.

use std::cmp::Ordering;

use super::floats::split_float;

/// More digits than this in one aligned number, and the caller keeps its rounded answer.
const MAX_DIGITS: usize = 512;

/// A decimal number: its sign, its digits as `0..=9` with the most significant first, times ten to the `exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Reads a token that is a number; `None` when it is not, or has too many digits.
    pub(super) fn parse(token: &[u8]) -> Option<Self> {
        let parts = split_float(token)?;
        if parts.whole.len() + parts.fraction.len() > MAX_DIGITS || parts.exponent.len() > 6 {
            return None;
        }
        let exponent: i64 = match parts.exponent {
            [] => 0,
            text => std::str::from_utf8(text).ok()?.parse().ok()?,
        };
        let digits: Vec<u8> = parts
            .whole
            .iter()
            .chain(parts.fraction)
            .map(|d| d - b'0')
            .collect();
        Some(Self {
            negative: parts.negative,
            digits,
            exponent: exponent - parts.fraction.len() as i64,
        })
    }

    /// `|self - other|`; `None` when aligning the two takes too many digits.
    pub(super) fn distance(&self, other: &Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.aligned(exponent)?, other.aligned(exponent)?);
        let digits = if self.negative != other.negative {
            add(&a, &b)
        } else if compare(&a, &b) == Ordering::Less {
            subtract(&b, &a)
        } else {
            subtract(&a, &b)
        };
        Some(Self {
            negative: false,
            digits,
            exponent,
        })
    }

    /// `|self * other|`.
    pub(super) fn magnitude_times(&self, other: &Self) -> Self {
        let mut digits = vec![0u32; self.digits.len() + other.digits.len()];
        for (i, &a) in self.digits.iter().enumerate() {
            for (j, &b) in other.digits.iter().enumerate() {
                digits[i + j + 1] += u32::from(a) * u32::from(b);
            }
        }
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let sum = *digit + carry;
            carry = sum / 10;
            *digit = sum % 10;
        }
        Self {
            negative: false,
            digits: digits.into_iter().map(|digit| digit as u8).collect(),
            exponent: self.exponent + other.exponent,
        }
    }

    /// Whether `|self| <= |other|`; `None` when aligning the two takes too many digits.
    pub(super) fn at_most(&self, other: &Self) -> Option<bool> {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.aligned(exponent)?, other.aligned(exponent)?);
        Some(compare(&a, &b) != Ordering::Greater)
    }

    /// The digits scaled to `exponent`, which is not above its own.
    fn aligned(&self, exponent: i64) -> Option<Vec<u8>> {
        let zeros = usize::try_from(self.exponent - exponent).ok()?;
        if self.digits.iter().all(|&digit| digit == 0) {
            return Some(vec![0]);
        }
        if self.digits.len() + zeros > 2 * MAX_DIGITS {
            return None;
        }
        let mut digits = self.digits.clone();
        digits.resize(digits.len() + zeros, 0);
        Some(digits)
    }
}

fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    &digits[zeros..]
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn add(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut sum = Vec::with_capacity(a.len().max(b.len()) + 1);
    let (mut a, mut b) = (a.iter().rev(), b.iter().rev());
    let mut carry = 0;
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() && carry == 0 {
            break;
        }
        let digit = left.unwrap_or(&0) + right.unwrap_or(&0) + carry;
        sum.push(digit % 10);
        carry = digit / 10;
    }
    sum.reverse();
    sum
}

/// `a - b` where `a >= b`.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut difference = Vec::with_capacity(a.len());
    let mut b = significant(b).iter().rev();
    let mut borrow = 0;
    for &digit in a.iter().rev() {
        let take = b.next().unwrap_or(&0) + borrow;
        borrow = u8::from(digit < take);
        difference.push(digit + 10 * borrow - take);
    }
    difference.reverse();
    difference
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(value: i64, places: usize) -> Decimal {
        let sign = if value < 0 { "-" } else { "" };
        let digits = format!("{:0width$}", value.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        Decimal::parse(format!("{sign}{whole}.{fraction}").as_bytes()).unwrap()
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_integers(a in -99_999i64..99_999, b in -99_999i64..99_999, c in 0i64..200_000, shift in 0usize..4) {
            let (x, y) = (decimal(a, 2), decimal(b, 2 + shift));
            let scale = 10i64.pow(shift as u32);
            let distance = x.distance(&y).unwrap();
            prop_assert_eq!(distance.at_most(&decimal(c, 2 + shift)), Some((a * scale - b).abs() <= c));
            let product = x.magnitude_times(&y);
            prop_assert_eq!(product.at_most(&decimal(c, 3)), Some((a * b).abs() <= c * scale * 10));
        }
    }

    #[test]
    fn too_many_digits_are_refused() {
        assert!(Decimal::parse(&[b'1'; 513]).is_none());
        assert!(Decimal::parse(b"1e9999999").is_none());
        let (small, large) = (
            Decimal::parse(b"1e-9999").unwrap(),
            Decimal::parse(b"1e9999").unwrap(),
        );
        assert!(small.distance(&large).is_none());
        assert_eq!(Decimal::parse(b"0e-9999").unwrap().at_most(&large), None);
    }
}
