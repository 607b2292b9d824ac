//! A brief run of every fuzz target without a nightly toolchain: the seed corpus, mutated by a small generator. It ends with 1 when
//! a target panics or takes longer than [`SLOW`], and keeps the input in `fuzz/failures/`.
//!
//!   brief [SECONDS PER TARGET] [SEED]

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Nothing of a few kilobytes may take that long.
const SLOW: Duration = Duration::from_secs(5);
/// Bytes of an input.
const MAX_BYTES: usize = 8192;
/// What files of packages are made of.
const WORDS: [&str; 40] = [
    "name",
    "type",
    "limits",
    "memory",
    "scoring",
    "pass-fail",
    "interactive",
    "validation",
    "custom",
    "score",
    "grading",
    "objective",
    "range",
    "on_reject",
    "break",
    "continue",
    "grader_flags",
    "accept_score",
    "max_score",
    "score_aggregation",
    "min",
    "sum",
    "require_pass",
    "static_validation_score",
    "unbounded",
    "sample",
    "secret/a",
    "permitted",
    "required",
    "[AC, TLE]",
    "output_validator_args",
    "float_tolerance",
    "1e-6",
    "-inf",
    "+inf",
    "{{n}}",
    "&a",
    "*a",
    "<<: *a",
    "\u{feff}",
];
/// The punctuation of YAML, numbers at the edges.
const BITS: [&str; 20] = [
    ": ",
    "\n",
    "\n  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\"",
    "'",
    "|",
    ">",
    "#",
    "0",
    "-1",
    "1e999",
    "18446744073709551616",
    "\0",
    "~",
];

/// xorshift64*: the same inputs for the same seed on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args()
        .skip(1)
        .map(|arg| arg.parse::<u64>().expect("a number is expected"));
    let seconds = args.next().unwrap_or(5);
    let seed = args.next().unwrap_or(0x6761_7665_6c00_0001);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("seed {seed}");
    for (name, target) in fuzz::TARGETS {
        let corpus = corpus(&here.join("corpus").join(name));
        let mut random = Random(seed | 1);
        let (begin, mut runs) = (Instant::now(), 0u64);
        while begin.elapsed() < Duration::from_secs(seconds) {
            let input = match corpus.get(runs as usize) {
                Some(seed) => seed.clone(),
                None => mutated(&corpus, &mut random),
            };
            let one = Instant::now();
            let died = catch_unwind(|| target(&input)).is_err();
            if died || one.elapsed() > SLOW {
                let kept = keep(here, name, &input);
                println!(
                    "{name}: {} after {runs} runs; the input is {}",
                    if died { "panicked" } else { "was slow" },
                    kept.display()
                );
                return ExitCode::FAILURE;
            }
            runs += 1;
        }
        println!("{name}: {runs} runs, {} seeds", corpus.len());
    }
    ExitCode::SUCCESS
}

/// The seeds of a target, in the order of their names.
fn corpus(dir: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect();
    assert!(!seeds.is_empty(), "{} holds no seed", dir.display());
    seeds
}

/// One of the seeds, changed in a few places.
fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(16)).min(input.len());
        match random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => drop(input.drain(at..end)),
            3 => insert(&mut input, at, WORDS[random.below(WORDS.len())].as_bytes()),
            4 => insert(&mut input, at, BITS[random.below(BITS.len())].as_bytes()),
            5 => {
                let piece = input[at..end].to_vec();
                for _ in 0..random.below(64) {
                    insert(&mut input, at, &piece);
                }
            }
            6 => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(200)).min(other.len())].to_vec();
                insert(&mut input, at, &piece);
            }
            _ => input.truncate(at),
        }
    }
    input.truncate(MAX_BYTES);
    input
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}

/// Writes down an input that a target failed on.
fn keep(here: &Path, name: &str, input: &[u8]) -> PathBuf {
    let dir = here.join("failures");
    let sum = input.iter().fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let path = dir.join(format!("{name}-{sum:016x}"));
    fs::create_dir_all(&dir)
        .and_then(|()| fs::write(&path, input))
        .expect("the input can be kept");
    path
}
