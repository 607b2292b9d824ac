// Buffers are outside the heap: only the kernel's counter sees them.
const all = [];
for (;;) all.push(Buffer.alloc(1 << 20, 1));
