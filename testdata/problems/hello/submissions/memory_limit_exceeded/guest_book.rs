// Keeps a far too large guest book: 1 GiB, every page written.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a name");
    let initial = line.as_bytes()[0];
    let book: Vec<Vec<u8>> = (0..1024).map(|_| vec![initial; 1 << 20]).collect();
    println!("Hello, {}! {}", line.trim_end(), book[1023][0]);
}
