mod adding;

fn main() {
    let line = std::io::read_to_string(std::io::stdin()).unwrap();
    println!("{}", adding::total(&line));
}
