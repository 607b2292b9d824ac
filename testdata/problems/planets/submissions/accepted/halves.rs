use std::io::{self, BufRead, Write};

fn main() {
    let stdin = io::stdin();
    let mut out = io::BufWriter::new(io::stdout());
    for line in stdin.lock().lines().skip(1) {
        let line = line.expect("a line");
        let (m, e) = line.split_once(' ').expect("two numbers");
        let (m, e): (f64, f64) = (m.parse().expect("a number"), e.parse().expect("a number"));
        let (mut low, mut high) = (m - e, m + e);
        for _ in 0..50 {
            let middle = (low + high) / 2.0;
            if middle - e * middle.sin() < m {
                low = middle;
            } else {
                high = middle;
            }
        }
        writeln!(out, "{low}").expect("written");
    }
}
