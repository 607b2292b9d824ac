// Believes that the bells meet at the larger period.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<u64> = text.split_whitespace().map(|t| t.parse().expect("a number")).collect();
    let [a, b, n] = numbers[..] else { panic!("three numbers") };
    println!("{}", (n / a + n / b).wrapping_sub(2 * (n / a.max(b))));
}
