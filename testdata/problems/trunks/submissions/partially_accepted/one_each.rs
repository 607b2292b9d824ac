// A trunk for every box.
use std::io::{self, BufRead};

fn main() {
    let n: usize = io::stdin().lock().lines().next().expect("a line").expect("text").parse().expect("a number");
    let places: Vec<String> = (1..=n).map(|box_number| box_number.to_string()).collect();
    println!("{n}\n{}", places.join(" "));
}
