const readline = require("readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const [a, b] = line.split(" ").map(Number);
    console.log(a + b);
});
