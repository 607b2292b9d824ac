// Numbers above 2^53 lose their last digits.
const [a, b, n] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(Number);
const gcd = (x, y) => (y === 0 ? x : gcd(y, x % y));
const times = (period) => BigInt(Math.floor(n / period));
console.log(String(times(a) + times(b) - 2n * times((a / gcd(a, b)) * b)));
