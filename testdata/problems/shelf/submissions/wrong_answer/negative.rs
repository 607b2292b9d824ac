// The validator must not trust the number of swaps.
fn main() {
    println!("-1\n1 2");
}
