// {{motto}}, please: reads the calls and makes them. For every language without a librarian of its own.
const { put, take, shorter } = require("./shelf.js");
const [, ...lines] = require("fs").readFileSync(0, "utf8").trim().split("\n");
const out = [];
for (const line of lines) {
  const height = Number(line.slice(2));
  if (line[0] === "+") put(height);
  else if (line[0] === "-") take(height);
  else out.push(shorter(height));
}
console.log(out.join("\n"));
