const [, ...bricks] = require("fs").readFileSync(0, "utf8").trim().split("\n").map(Number);
console.log(bricks.reduce((sum, more) => sum + more, 0));
