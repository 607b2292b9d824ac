use std::io::{self, Read};

struct Caves {
    oil: Vec<u64>,
    after: Vec<Vec<usize>>,
    bright: u32,
}

impl Caves {
    fn walk(&mut self, chamber: usize, way: u64) -> u64 {
        let way = way + self.oil[chamber];
        let mut behind = self.oil[chamber];
        for i in 0..self.after[chamber].len() {
            behind += self.walk(self.after[chamber][i], way);
        }
        self.bright += u32::from(behind >= way);
        behind
    }
}

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("input");
    let mut numbers = text.split_ascii_whitespace().map(|word| word.parse::<u64>().expect("a number"));
    let n = numbers.next().expect("the number of chambers") as usize;
    let oil = numbers.by_ref().take(n).collect();
    let mut after = vec![Vec::new(); n];
    for (i, before) in numbers.enumerate() {
        after[before as usize - 1].push(i + 1);
    }
    let mut caves = Caves { oil, after, bright: 0 };
    caves.walk(0, 0);
    println!("{}", caves.bright);
}
