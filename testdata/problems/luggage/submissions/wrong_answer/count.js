// Counts n as one of the tags.
const numbers = require("fs").readFileSync(0, "utf8").trim().split("\n");
console.log(numbers.reduce((left, tag) => left ^ tag, 0));
