// Compares everybody with everybody.
const [, ...cyclists] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
let best = 0;
let place = cyclists[0][0];
for (const [x, v] of cyclists) {
  for (const [y, w] of cyclists) {
    const hours = (y - x) / (v + w);
    if (hours > best) {
      best = hours;
      place = x + hours * v;
    }
  }
}
console.log(best, place);
