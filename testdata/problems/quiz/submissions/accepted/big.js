const [a, sign, b, , said] = require("fs").readFileSync(0, "utf8").trim().split(" ");
const right = { "+": BigInt(a) + BigInt(b), "-": BigInt(a) - BigInt(b), "*": BigInt(a) * BigInt(b) }[sign];
console.log(right === BigInt(said) ? "yes" : "no");
