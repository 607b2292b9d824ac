// Looks for a partner of the last cyclist.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<f64> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let mut cyclists: Vec<(f64, f64)> = numbers[1..].chunks(2).map(|pair| (pair[0], pair[1])).collect();
    cyclists.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best = (0.0, cyclists[0].0);
    for i in 0..cyclists.len() {
        let ((x, v), (y, w)) = (cyclists[i], cyclists[i + 1]);
        let hours = (y - x) / (v + w);
        if hours > best.0 {
            best = (hours, x + hours * v);
        }
    }
    println!("{} {}", best.0, best.1);
}
