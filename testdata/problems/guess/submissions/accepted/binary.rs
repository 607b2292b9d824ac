use std::io::{stdin, stdout, Write};

fn line() -> String {
    let mut line = String::new();
    stdin().read_line(&mut line).expect("a line");
    line.trim().to_string()
}

fn main() {
    let (mut low, mut high): (i32, i32) = (1, line().parse().expect("a number"));
    loop {
        let guess = (low + high) / 2;
        println!("{guess}");
        stdout().flush().expect("flushed");
        match line().as_str() {
            "lower" => high = guess - 1,
            "higher" => low = guess + 1,
            _ => break,
        }
    }
}
