// Looks through the whole hall at every scan.
const [n, ...tags] = require("fs").readFileSync(0, "utf8").trim().split("\n");
const waiting = [];
for (const tag of tags.map(Number)) {
  const found = waiting.indexOf(tag);
  if (found < 0) waiting.push(tag);
  else waiting.splice(found, 1);
}
console.log(waiting[0]);
