// crime: starts shells and leaves them
// row: javascript
// limits: cpu 5 s, wall 15 s
// allowed: AC RTE
// prints: done
// remains: no process, no file
// except trusted: what the user may write on the host it may write
const { exec, spawn } = require("child_process");
const quiet = { stdio: "ignore", detached: true };
for (const command of ["sleep 1000", "echo x >/tmp/planted; exec sleep 1000"]) {
  spawn("/bin/sh", ["-c", command], quiet).on("error", () => {}).unref();
}
exec("cat /etc/shadow", (error, text) => {
  if (text) console.log("READ " + text);
  console.log("done");
  process.exit(0);
});
