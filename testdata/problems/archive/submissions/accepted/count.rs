use std::collections::HashMap;
use std::io::{self, BufRead};
use std::{env, fs};

fn main() {
    let mut words = env::args().skip(1);
    let year: i32 = words.next().expect("a year").parse().expect("a number");
    let registers: Vec<String> = words.map(|name| fs::read_to_string(name).expect("a register")).collect();
    let mut children: HashMap<&str, u32> = HashMap::new();
    for (born, name) in registers.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once(' ')) {
        if born.parse::<i32>().expect("a year") >= year {
            *children.entry(name).or_default() += 1;
        }
    }
    for name in io::stdin().lock().lines() {
        println!("{}", children.get(name.expect("a name").as_str()).unwrap_or(&0));
    }
}
