// A recursion 20,000 deep: beyond the default stack.
function down(depth) {
    return depth === 0 ? 0 : 1 + down(depth - 1);
}

const [a, b] = require("fs").readFileSync(0, "utf8").split(" ").map(Number);
console.log(a + b + down(20000) - 20000);
