// Compares the halves, not their sums.
for (const ticket of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
  const half = ticket.length / 2;
  console.log(ticket.slice(0, half) === ticket.slice(half) ? "lucky" : "unlucky");
}
