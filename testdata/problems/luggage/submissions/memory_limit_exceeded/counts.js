// A counter for every tag there could be.
const tags = require("fs").readFileSync(0, "utf8").trim().split("\n").slice(1).map(Number);
const count = new Uint8Array(1000000001);
for (const tag of tags) count[tag]++;
console.log(tags.find((tag) => count[tag] === 1));
