// crime: poisons prototypes, caches and modules for whoever shares the interpreter
// row: javascript
// channel: planted
// limits: cpu 3 s
// allowed: AC
// prints: done
// remains: a fresh interpreter
// except trusted: what the user may write on the host it may write
const fs = require("fs");
const role = fs.readFileSync(0, "utf8").trim().split(" ")[1];
if (role === "find") {
  if ({}.planted) console.log("FOUND a prototype");
  for (const place of ["/tmp/node_modules", "/tmp/.node_modules", "/tmp/package.json", process.env.HOME + "/.node_libraries"]) {
    if (fs.existsSync(place)) console.log("FOUND " + place);
  }
  console.log("nothing found");
} else {
  Object.prototype.planted = "secret";
  for (const place of ["/tmp/node_modules/fs", "/tmp/.node_modules", "/home/.node_modules"]) {
    try {
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(place + "/index.js", "console.log('FOUND')");
      fs.writeFileSync("/tmp/package.json", "{}");
    } catch (error) {}
  }
  console.log("done");
}
