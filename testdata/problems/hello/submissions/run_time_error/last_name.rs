// Looks for the last name of guests that have none.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a name");
    let (first, last) = line.trim_end().split_once(' ').expect("a last name");
    println!("Hello, {first} {last}!");
}
