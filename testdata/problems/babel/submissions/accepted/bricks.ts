declare function require(name: string): any;
const numbers: number[] = require("fs").readFileSync(0, "utf8").trim().split("\n").map(Number);
let sum: number = 0;
for (const bricks of numbers.slice(1)) sum += bricks;
console.log(String(sum));
