// Rehearses the greeting for ever.
use std::hint::black_box;

fn main() {
    let mut rehearsals = 0u64;
    loop {
        rehearsals = black_box(rehearsals.wrapping_add(1));
    }
}
