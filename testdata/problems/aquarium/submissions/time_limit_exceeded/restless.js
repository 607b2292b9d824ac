// Moves a fish even when it is as well off in either tank, so that some never settle.
const [[n], ...quarrels] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const enemies = Array.from({ length: n + 1 }, () => []);
for (const [u, v] of quarrels) {
  enemies[u].push(v);
  enemies[v].push(u);
}
const tank = new Uint8Array(n + 1);
for (let moved = true; moved; ) {
  moved = false;
  for (let fish = 1; fish <= n; fish++) {
    const met = enemies[fish].filter((enemy) => tank[enemy] === tank[fish]).length;
    if (met > 0) {
      tank[fish] ^= 1;
      moved = true;
    }
  }
}
console.log(Array.from(tank.slice(1), (t) => "AB"[t]).join(""));
