// A table of all pairs of fish.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let mut numbers = text.split_ascii_whitespace().map(|word| word.parse::<usize>().expect("a number"));
    let mut number = || numbers.next().expect("another number");
    let (n, m) = (number(), number());
    let mut quarrel = vec![vec![false; n]; n];
    for _ in 0..m {
        let (u, v) = (number() - 1, number() - 1);
        quarrel[u][v] = true;
        quarrel[v][u] = true;
    }
    let mut tank = vec![b'A'; n];
    let mut waiting: Vec<usize> = (0..n).collect();
    while let Some(fish) = waiting.pop() {
        let enemies: Vec<usize> = (0..n).filter(|&enemy| quarrel[fish][enemy]).collect();
        if enemies.iter().filter(|&&enemy| tank[enemy] == tank[fish]).count() > 1 {
            tank[fish] ^= b'A' ^ b'B';
            waiting.extend(enemies);
        }
    }
    println!("{}", String::from_utf8(tank).expect("letters"));
}
