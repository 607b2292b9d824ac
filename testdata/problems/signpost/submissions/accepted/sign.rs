use std::io;

fn main() {
    let lines: Vec<String> = io::stdin().lines().skip(1).map(|line| line.expect("a line")).collect();
    let width = lines.iter().map(String::len).max().expect("a line");
    let border = format!("+{}+", "-".repeat(width + 2));
    println!("{border}");
    for line in &lines {
        println!("| {line:^width$} |");
    }
    println!("{border}");
}
