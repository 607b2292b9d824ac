// A reference that would outlive its vector.
fn deepest() -> &'static usize {
    let chambers = vec![1, 2, 3];
    &chambers[2]
}

fn main() {
    println!("{}", deepest());
}
