// Looks at all notes for every note.
const [head, line] = require("fs").readFileSync(0, "utf8").split("\n");
const [n, d] = head.split(" ").map(Number);
const players = line.split(" ").map(Number);
const played = new Uint8Array(n);
let count = 0;
for (let at = 0; at < n; at++) {
  played[at] = 1;
  for (let before = 0; before < n; before++) {
    if (before < at && before >= at - d && players[before] === players[at] && played[before]) played[at] = 0;
  }
  count += 1 - played[at];
}
console.log(count);
