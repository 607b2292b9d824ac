use std::io::{self, BufRead, Write};

fn deep(n: u64) -> u64 {
    let here = std::hint::black_box(n);
    if n == 0 {
        return 0;
    }
    let below = deep(n - 1);
    below + std::hint::black_box(here) / n
}

fn main() {
    let mut lines = io::stdin().lock().lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let words: Vec<&str> = first.split_whitespace().collect();
    let number = |at: usize| words[at].parse::<i64>().unwrap();
    match words[0] {
        "hello" => println!("Hello, world!"),
        "sum" => println!("{}", number(1) + number(2)),
        "wide" => println!("{}", number(1) * number(2)),
        "lines" => println!("{}", lines.map(|line| line.parse::<i64>().unwrap()).sum::<i64>()),
        "output" => {
            let mut out = io::stdout().lock();
            for _ in 0..number(1) {
                writeln!(out, "0123456789").unwrap();
            }
        }
        "exit" => std::process::exit(number(1) as i32),
        "crash" => panic!("as asked"),
        "deep" => println!("{}", deep(number(1) as u64)),
        "memory" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 1 << 20]);
            }
        }
        _ => loop {
            std::hint::black_box(0);
        },
    }
}
