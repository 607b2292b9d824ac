// Mixes BigInt and Number as soon as the periods share a divisor.
const [a, b, n] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(BigInt);
const gcd = (x, y) => (y === 0n ? x : gcd(y, x % y));
const shared = gcd(a, b);
const both = shared === 1n ? n / (a * b) : n / ((a * b) / Number(shared));
console.log(String(n / a + n / b - 2n * both));
