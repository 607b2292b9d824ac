import { readFileSync } from "fs";

const lines: string[] = readFileSync(0, "utf8").trim().split("\n");
const [deed, a, b]: string[] = lines[0].split(" ");

function deep(n: number): number {
  return n === 0 ? 0 : 1 + deep(n - 1);
}

const deeds: { [name: string]: () => void } = {
  hello: () => console.log("Hello, world!"),
  sum: () => console.log(Number(a) + Number(b)),
  wide: () => console.log(String(BigInt(a) * BigInt(b))),
  lines: () => console.log(lines.slice(1).map(Number).reduce((x, y) => x + y, 0)),
  output: () => { for (let i = 0; i < Number(a); i++) console.log("0123456789"); },
  exit: () => process.exit(Number(a)),
  crash: () => { throw new Error("as asked"); },
  deep: () => console.log(deep(Number(a))),
  memory: () => { const all: number[][] = []; for (;;) all.push(new Array(1 << 17).fill(Math.random())); },
  loop: () => { for (;;) {} },
};
deeds[deed]();
