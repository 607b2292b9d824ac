// Stays awake and looks at every minute.
const [a, b, n] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(Number);
let count = 0;
for (let minute = 1; minute <= n; minute++) {
  if ((minute % a === 0) !== (minute % b === 0)) count++;
}
console.log(count);
