// crime: starts copies of itself without end
// row: fork-bomb
// limits: cpu 2 s, wall 20 s
// allowed: TLE RTE MLE
// prints: anything
// remains: no process, no file
const { spawn } = require("child_process");
for (let i = 0; i < 200; i++) {
  try {
    spawn(process.argv[0], [process.argv[1]], { stdio: "ignore", detached: true }).on("error", () => {});
  } catch (error) {}
}
for (;;) {}
