use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let mut books: Vec<usize> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let mut swaps = Vec::new();
    for place in 1..books.len() {
        while books[place] != place {
            let other = books[place];
            books.swap(place, other);
            swaps.push(format!("{place} {other}\n"));
        }
    }
    print!("{}\n{}", swaps.len(), swaps.concat());
}
