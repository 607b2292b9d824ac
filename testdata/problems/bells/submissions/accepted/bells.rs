use std::io::{self, Read};

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<u64> = text.split_whitespace().map(|t| t.parse().expect("a number")).collect();
    let [a, b, n] = numbers[..] else { panic!("three numbers") };
    println!("{}", n / a + n / b - 2 * (n / (a / gcd(a, b) * b)));
}
