use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let left = text.lines().skip(1).map(|tag| tag.parse::<u32>().expect("a tag")).fold(0, |a, b| a ^ b);
    println!("{left}");
}
