// Takes the remainder once, at the end.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<usize> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let mut broken = vec![false; numbers[0] + 1];
    numbers[2..].iter().for_each(|&step| broken[step] = true);
    let (mut below, mut here) = (0u64, 1u64);
    for step in 1..=numbers[0] {
        (below, here) = (here, if broken[step] { 0 } else { below.wrapping_add(here) });
    }
    println!("{}", here % 1_000_000_007);
}
