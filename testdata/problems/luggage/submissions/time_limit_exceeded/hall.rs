// Looks through the whole hall at every scan.
use std::io;

fn main() {
    let mut waiting: Vec<u32> = Vec::new();
    for line in io::stdin().lines().skip(1) {
        let tag = line.expect("a line").parse().expect("a tag");
        match waiting.iter().position(|&other| other == tag) {
            Some(found) => drop(waiting.remove(found)),
            None => waiting.push(tag),
        }
    }
    println!("{}", waiting[0]);
}
