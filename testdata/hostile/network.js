// crime: asks a name, connects, listens
// row: network
// limits: cpu 5 s, wall 30 s
// allowed: AC RTE TLE
// prints: anything
// remains: nothing leaves
// except trusted: the host's network is in reach
const port = Number(require("fs").readFileSync(0, "utf8").split(" ")[0]);
require("net").connect(port, "127.0.0.1", () => console.log("CONNECTED")).on("error", () => {});
require("dns").lookup("example.org", (error) => error || console.log("RESOLVED"));
try {
  require("dgram").createSocket("udp4").on("error", () => {}).send("hello", port, "127.0.0.1", () => {});
} catch (error) {}
setTimeout(() => process.exit(0), 500);
