// Keeps a far too large guest book: 1 GiB, every page written.
const name = require("fs").readFileSync(0, "utf8").trim();
const book = [];
for (let page = 0; page < 1024; page++) book.push(Buffer.alloc(1 << 20, name[0]));
console.log(`Hello, ${name}!`, book.length);
