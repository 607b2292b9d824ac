// Colours the fish like a map with two colours, which odd rings do not allow.
const [[n], ...quarrels] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const enemies = Array.from({ length: n + 1 }, () => []);
for (const [u, v] of quarrels) {
  enemies[u].push(v);
  enemies[v].push(u);
}
const tank = new Array(n + 1);
for (let start = 1; start <= n; start++) {
  if (tank[start]) continue;
  tank[start] = "A";
  for (const queue = [start]; queue.length > 0; ) {
    const fish = queue.shift();
    for (const enemy of enemies[fish]) {
      if (tank[enemy]) continue;
      tank[enemy] = tank[fish] === "A" ? "B" : "A";
      queue.push(enemy);
    }
  }
}
console.log(tank.slice(1).join(""));
