// crime: starts workers without end, all of them computing
// row: javascript
// limits: cpu 2 s, wall 15 s
// allowed: TLE RTE MLE
// prints: anything
// remains: no process
const { Worker } = require("worker_threads");
for (let i = 0; i < 200; i++) {
  new Worker("for (;;) {}", { eval: true }).on("error", () => {});
}
