// Moves to where the last from the left and the last from the right meet, until they are the same two.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<f64> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let cyclists: Vec<(f64, f64)> = numbers[1..].chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let (mut place, mut hours) = (cyclists[0].0, 0.0);
    loop {
        let need_left = |&&(x, v): &&(f64, f64)| (place - x) / v;
        let need_right = |&&(x, v): &&(f64, f64)| (x - place) / v;
        let (x, v) = cyclists.iter().max_by(|a, b| need_left(a).total_cmp(&need_left(b))).expect("a cyclist");
        let (y, w) = cyclists.iter().max_by(|a, b| need_right(a).total_cmp(&need_right(b))).expect("a cyclist");
        let longer = (y - x) / (v + w);
        if longer <= hours {
            break;
        }
        hours = longer;
        place = x + hours * v;
    }
    println!("{hours:.9} {place:.9}");
}
