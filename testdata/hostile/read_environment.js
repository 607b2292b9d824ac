// crime: reads its environment for what the judge's own may hold
// row: javascript
// limits: cpu 5 s
// allowed: AC
// prints: done
// remains: only variables that every program gets
const allowed = new Set(["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "PWD", "SHLVL", "_", "ONLINE_JUDGE", "DOMJUDGE"]);
for (const name of Object.keys(process.env)) {
  if (!allowed.has(name) && !name.startsWith("NODE") && !name.startsWith("UV")) console.log("FOUND " + name);
}
console.log("done");
