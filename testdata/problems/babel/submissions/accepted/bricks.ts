import * as fs from "fs";

const numbers: number[] = fs.readFileSync(0, "utf8").trim().split("\n").map(Number);
let sum: number = 0;
for (const bricks of numbers.slice(1)) sum += bricks;
console.log(String(sum));
