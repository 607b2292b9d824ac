// Moves to where the last from the left and the last from the right meet, until they are the same two.
const [, ...cyclists] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
let place = cyclists[0][0];
let hours = 0;
for (;;) {
  let [left, right] = [cyclists[0], cyclists[0]];
  for (const cyclist of cyclists) {
    const [x, v] = cyclist;
    if ((place - x) / v > (place - left[0]) / left[1]) left = cyclist;
    if ((x - place) / v > (right[0] - place) / right[1]) right = cyclist;
  }
  const longer = (right[0] - left[0]) / (right[1] + left[1]);
  if (longer <= hours) break;
  hours = longer;
  place = left[0] + hours * left[1];
}
console.log(hours.toFixed(8), place.toFixed(8));
