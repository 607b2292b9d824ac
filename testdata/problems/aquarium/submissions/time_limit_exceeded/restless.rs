// Moves a fish even when it is as well off in either tank, so that some never settle.
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let mut numbers = text.split_ascii_whitespace().map(|word| word.parse::<usize>().expect("a number"));
    let mut number = || numbers.next().expect("another number");
    let (n, m) = (number(), number());
    let mut enemies = vec![Vec::new(); n];
    for _ in 0..m {
        let (u, v) = (number() - 1, number() - 1);
        enemies[u].push(v);
        enemies[v].push(u);
    }
    let mut tank = vec![b'A'; n];
    let mut moved = true;
    while moved {
        moved = false;
        for fish in 0..n {
            if enemies[fish].iter().any(|&enemy: &usize| tank[enemy] == tank[fish]) {
                tank[fish] ^= b'A' ^ b'B';
                moved = true;
            }
        }
    }
    println!("{}", String::from_utf8(tank).expect("letters"));
}
