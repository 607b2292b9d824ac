const tree = new Int32Array({{tallest}} + 1);
function add(height, change) {
  for (let at = height; at < tree.length; at += at & -at) tree[at] += change;
}
module.exports = {
  put: (height) => add(height, 1),
  take: (height) => add(height, -1),
  shorter(height) {
    let count = 0;
    for (let at = height - 1; at > 0; at &= at - 1) count += tree[at];
    return count;
  },
};
