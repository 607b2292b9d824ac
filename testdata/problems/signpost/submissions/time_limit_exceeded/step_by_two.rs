// Walks towards the middle from both ends and misses it when one space is left over.
use std::hint::black_box;
use std::io;

fn main() {
    let lines: Vec<String> = io::stdin().lines().skip(1).map(|line| line.expect("a line")).collect();
    let width = lines.iter().map(String::len).max().expect("a line");
    println!("+{}+", "-".repeat(width + 2));
    for line in &lines {
        let (mut used, mut left) = (line.len(), 0);
        while black_box(used) != width {
            used = used.wrapping_add(2);
            left += 1;
        }
        println!("| {0}{line}{0} |", " ".repeat(left));
    }
    println!("+{}+", "-".repeat(width + 2));
}
