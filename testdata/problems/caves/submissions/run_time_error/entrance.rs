// Looks for the chamber before the entrance.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<usize> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let n = numbers[0];
    let (oil, before) = (&numbers[1..=n], &numbers[n + 1..]);
    let (mut chamber, mut way) = (n, 0);
    while chamber > 0 {
        way += oil[chamber - 1];
        chamber = before[chamber.wrapping_sub(2)];
    }
    println!("{way}");
}
