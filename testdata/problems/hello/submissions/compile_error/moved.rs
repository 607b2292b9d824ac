// The name is used after it has been moved.
use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a name");
    let name = line;
    println!("Hello, {}{}!", name, line);
}
