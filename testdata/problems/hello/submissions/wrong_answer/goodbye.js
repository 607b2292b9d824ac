// The wrong end of the stay.
const name = require("fs").readFileSync(0, "utf8").trim();
console.log(`Goodbye, ${name}!`);
