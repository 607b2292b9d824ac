const [[n], ...quarrels] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" ").map(Number));
const enemies = Array.from({ length: n + 1 }, () => []);
for (const [u, v] of quarrels) {
  enemies[u].push(v);
  enemies[v].push(u);
}
const tank = new Array(n + 1).fill("A");
const waiting = enemies.map((_, fish) => fish);
while (waiting.length > 0) {
  const fish = waiting.pop();
  const met = enemies[fish].filter((enemy) => tank[enemy] === tank[fish]);
  if (met.length < 2) continue;
  tank[fish] = tank[fish] === "A" ? "B" : "A";
  waiting.push(...enemies[fish]);
}
console.log(tank.slice(1).join(""));
