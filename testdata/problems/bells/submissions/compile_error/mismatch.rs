// Rust does not convert numbers by itself.
fn main() {
    let a: u32 = 3;
    let n: u64 = 10;
    println!("{}", n / a);
}
