// Loses the last fish.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a line");
    let n: usize = line.split(' ').next().and_then(|word| word.parse().ok()).expect("a number");
    println!("{}", "AB".repeat(n)[..n - 1].to_string());
}
