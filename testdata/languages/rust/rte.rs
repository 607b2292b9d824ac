fn main() {
    let nothing: Vec<i32> = Vec::new();
    println!("{}", nothing[std::env::args().count()]);
}
