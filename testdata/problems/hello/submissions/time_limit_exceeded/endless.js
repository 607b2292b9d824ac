// Rehearses the greeting for ever.
const name = require("fs").readFileSync(0, "utf8").trim();
let rehearsals = 0;
while (name) rehearsals = (rehearsals + 1) % 1000;
