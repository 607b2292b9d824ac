// Greets over and over, 64 MiB in all.
use std::io::{self, BufWriter, Write};

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a name");
    let greeting = format!("Hello, {}!\n", line.trim_end());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut said = 0;
    while said < 64 << 20 {
        if out.write_all(greeting.as_bytes()).is_err() {
            break;
        }
        said += greeting.len();
    }
}
