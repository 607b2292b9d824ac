const fs = require("fs");
let left = "";
function line() {
  while (!left.includes("\n")) {
    const part = Buffer.alloc(256);
    left += part.toString("utf8", 0, fs.readSync(0, part));
  }
  const [first, ...rest] = left.split("\n");
  left = rest.join("\n");
  return first;
}
let [low, high] = [1, Number(line())];
for (let word = ""; word !== "correct"; ) {
  const guess = (low + high) >> 1;
  fs.writeSync(1, `${guess}\n`);
  word = line();
  if (word === "lower") high = guess - 1;
  else low = guess + 1;
}
