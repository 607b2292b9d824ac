// Looks for the last name of guests that have none.
const words = require("fs").readFileSync(0, "utf8").trim().split(" ");
console.log(`Hello, ${words[0]} ${words[1].trim()}!`);
