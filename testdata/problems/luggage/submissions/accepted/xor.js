const data = require("fs").readFileSync(0);
let at = 0;
function number() {
  let value = 0;
  for (; data[at] >= 48; at++) value = value * 10 + data[at] - 48;
  at++;
  return value;
}
let left = 0;
for (let n = number(); n > 0; n--) left ^= number();
console.log(left);
