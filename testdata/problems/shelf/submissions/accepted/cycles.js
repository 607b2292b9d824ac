const [[n], books] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const swaps = [];
for (let place = 1; place <= n; place++) {
  while (books[place - 1] !== place) {
    const other = books[place - 1];
    [books[place - 1], books[other - 1]] = [books[other - 1], other];
    swaps.push(`${place} ${other}`);
  }
}
console.log([swaps.length, ...swaps].join("\n"));
