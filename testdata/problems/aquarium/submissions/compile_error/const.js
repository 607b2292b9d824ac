// A name may not be declared twice.
const n = Number(require("fs").readFileSync(0, "utf8").split(" ")[0]);
const n = n + 1;
console.log("A".repeat(n));
