use std::io;

fn main() {
    let lines = io::stdin().lines().skip(1);
    println!("{}", lines.map(|line| line.expect("a line").trim().parse::<u64>().expect("a number")).sum::<u64>());
}
