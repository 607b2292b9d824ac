// crime: embeds files and variables of the host
// row: compile-leak
// stage: compile
// limits: cpu 10 s
// allowed: CE
// prints: anything
// remains: nothing of them in the program
// except trusted: the host's files are in sight
const STOLEN: &str = include_str!("/etc/shadow");
const SECRET: Option<&str> = option_env!("GAVEL_SECRET");

fn main() {
    println!("{STOLEN} {SECRET:?}");
}
