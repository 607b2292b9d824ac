// A mistake in a module, which `node --check` does not see.
export function verdict(ticket) {
  lett half = ticket.length / 2;
  return half;
}
