// Greets over and over, 64 MiB in all.
const fs = require("fs");
const greeting = `Hello, ${fs.readFileSync(0, "utf8").trim()}!\n`;
const chatter = greeting.repeat(65536 / greeting.length + 1);
for (let round = 0; round < 1024; round++) fs.writeSync(1, chatter);
