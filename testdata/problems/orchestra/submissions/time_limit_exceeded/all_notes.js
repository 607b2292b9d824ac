// Looks at all notes before a note, as far back as it may matter.
const [head, line] = require("fs").readFileSync(0, "utf8").split("\n");
const [n, d] = head.split(" ").map(Number);
const players = line.split(" ").map(Number);
const played = new Uint8Array(n);
let count = 0;
for (let at = 0; at < n; at++) {
  played[at] = 1;
  for (let before = Math.max(0, at - d); before < at; before++) {
    if (players[before] === players[at] && played[before]) played[at] = 0;
  }
  count += 1 - played[at];
}
console.log(count);
