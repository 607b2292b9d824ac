// Makes 1 GB of garbage around little live data: must not be taken for a memory hog.
const [a, b] = require("fs").readFileSync(0, "utf8").split(" ").map(Number);
let live = [];
for (let i = 0; i < 1000; i++) {
    live = new Array(1 << 17).fill(i);
}
console.log(a + b + live[0] - 999);
