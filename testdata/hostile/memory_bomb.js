// crime: keeps buffers outside the heap
// row: memory-bomb
// limits: cpu 15 s, wall 40 s, memory 256 MiB
// allowed: MLE RTE
// prints: anything
// remains: no process
const kept = [];
for (;;) kept.push(Buffer.alloc(1 << 20, 1));
