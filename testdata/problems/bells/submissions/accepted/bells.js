const [a, b, n] = require("fs").readFileSync(0, "utf8").trim().split(" ").map(BigInt);
const gcd = (x, y) => (y === 0n ? x : gcd(y, x % y));
console.log(String(n / a + n / b - 2n * (n / ((a / gcd(a, b)) * b))));
