const lines = require("fs").readFileSync(0, "utf8").trim().split("\n");
const [deed, a, b] = lines[0].split(" ");

function deep(n) {
  return n === 0 ? 0 : 1 + deep(n - 1);
}

switch (deed) {
  case "hello": console.log("Hello, world!"); break;
  case "sum": console.log(Number(a) + Number(b)); break;
  case "wide": console.log(String(BigInt(a) * BigInt(b))); break;
  case "lines": console.log(lines.slice(1).map(Number).reduce((x, y) => x + y, 0)); break;
  case "output": for (let i = 0; i < Number(a); i++) console.log("0123456789"); break;
  case "exit": process.exit(Number(a));
  case "crash": throw new Error("as asked");
  case "deep": console.log(deep(Number(a))); break;
  case "memory": { const all = []; for (;;) all.push(new Array(1 << 17).fill(Math.random())); }
  case "loop": for (;;) {}
}
