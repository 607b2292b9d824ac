const words = require("fs").readFileSync(0, "utf8").trim().split(" ");
console.log(words.sort((a, b) => a.length - b.length)[0]);
