//! Scores as exact numbers: a score is the decimal it was written as, sums and parts of it are fractions, and only what leaves
//! this module is rounded, once, to the nearest `f64`. So 0.1 ten times is 1, and three thirds of 100 are 100.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero, pow};

/// An exact score.
pub(super) type Exact = BigRational;

/// The decimal that prints as `number` does; 0 for what is no finite number.
pub(super) fn exact(number: f64) -> Exact {
    if !number.is_finite() {
        return Exact::zero();
    }
    // The shortest decimal that reads back as the same number is what was written, up to 15 digits of it.
    let printed = number.to_string();
    let (negative, digits) = match printed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, printed.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let digits: BigInt = format!("{whole}{part}").parse().unwrap_or_default();
    let value = Exact::new(digits, pow(BigInt::from(10), part.len()));
    if negative { -value } else { value }
}

/// The nearest `f64`.
pub(super) fn nearest(score: &Exact) -> f64 {
    // Whole numbers first: they are most scores, and they are exact up to 2^53 whatever the division does.
    if score.denom().is_one() {
        return score.numer().to_f64().unwrap_or(f64::MAX);
    }
    score.to_f64().unwrap_or(f64::MAX)
}

/// A whole number.
pub(super) fn whole(number: usize) -> Exact {
    Exact::from_integer(BigInt::from(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_score_is_the_decimal_it_was_written_as() {
        let tenth = exact(0.1);
        assert_eq!(nearest(&(0..10).map(|_| tenth.clone()).sum()), 1.0);
        let third = exact(100.0) / whole(3);
        assert_eq!(nearest(&(&third + &third + &third)), 100.0);
        assert_eq!(nearest(&exact(-12.75)), -12.75);
        assert_eq!(nearest(&exact(f64::INFINITY)), 0.0);
        assert_eq!(nearest(&exact(1e300)), 1e300);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_on_the_way(number in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
            prop_assert_eq!(nearest(&exact(number)), number);
        }
    }
}
