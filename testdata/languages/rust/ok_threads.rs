// Threads, a panic caught in one of them, a hash map: what static linking could break.
use std::collections::HashMap;
use std::io::BufRead;

fn main() {
    let line = std::io::stdin().lock().lines().next().unwrap().unwrap();
    let numbers: Vec<i64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
    assert!(std::thread::spawn(|| panic!("on purpose")).join().is_err());
    let total = std::thread::spawn(move || numbers.iter().sum::<i64>()).join().unwrap();
    let named: HashMap<&str, i64> = [("total", total)].into();
    println!("{}", named["total"]);
}
