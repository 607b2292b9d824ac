// Stays awake and looks at every minute.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<u64> = text.split_whitespace().map(|t| t.parse().expect("a number")).collect();
    let [a, b, n] = numbers[..] else { panic!("three numbers") };
    println!("{}", (1..=n).filter(|m| (m % a == 0) != (m % b == 0)).count());
}
