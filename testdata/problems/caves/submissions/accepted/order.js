// Lists the chambers from the entrance on, then goes through the list both ways.
const data = require("fs").readFileSync(0);
let at = 0;
function number() {
  let value = 0;
  while (data[at] < 48) at++;
  for (; data[at] >= 48; at++) value = value * 10 + data[at] - 48;
  return value;
}
const n = number();
const way = new Float64Array(n + 1);
for (let c = 1; c <= n; c++) way[c] = number();
const behind = way.slice();
const before = new Int32Array(n + 1);
const [first, next] = [new Int32Array(n + 1), new Int32Array(n + 1)];
for (let c = 2; c <= n; c++) {
  before[c] = number();
  next[c] = first[before[c]];
  first[before[c]] = c;
}
const order = [1];
for (let i = 0; i < order.length; i++) {
  for (let c = first[order[i]]; c !== 0; c = next[c]) {
    way[c] += way[order[i]];
    order.push(c);
  }
}
for (let i = n - 1; i > 0; i--) behind[before[order[i]]] += behind[order[i]];
console.log(order.filter((c) => behind[c] >= way[c]).length);
