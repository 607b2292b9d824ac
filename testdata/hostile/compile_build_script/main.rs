// crime: brings a build script, a cargo configuration and a macro that would run in the compiler
// row: compile-execution
// stage: compile
// limits: cpu 20 s
// allowed: AC CE
// prints: anything
// remains: nothing was run
const DIRECTORY: Option<&str> = option_env!("OUT_DIR");

fn main() {
    println!("{DIRECTORY:?}");
}
