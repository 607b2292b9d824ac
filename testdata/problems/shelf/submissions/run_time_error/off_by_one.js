// Mixes places from zero with places from one, and falls off the shelf.
const [[n], books] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const swaps = [];
for (let place = 0; place < n; place++) {
  while (books[place] !== place + 1) {
    const other = books[place];
    const moved = books[other].valueOf();
    [books[place], books[other]] = [moved, books[place]];
    swaps.push(`${place + 1} ${other + 1}`);
  }
}
console.log([swaps.length, ...swaps].join("\n"));
