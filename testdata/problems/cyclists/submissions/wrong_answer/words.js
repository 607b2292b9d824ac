// Answers in words, which are no numbers.
const [, ...cyclists] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
let best = [0, cyclists[0][0]];
for (const [x, v] of cyclists.slice(0, 1000)) {
  for (const [y, w] of cyclists.slice(0, 1000)) {
    if ((y - x) / (v + w) > best[0]) best = [(y - x) / (v + w), x + (v * (y - x)) / (v + w)];
  }
}
console.log(`${best[0]}h km${best[1]}`);
