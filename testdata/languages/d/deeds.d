import std.algorithm, std.array, std.conv, std.stdio;
import core.stdc.stdlib : exit;

int deep(int n) {
    return n == 0 ? 0 : 1 + deep(n - 1);
}

void main() {
    auto words = readln().split();
    long number(size_t at) { return words[at].to!long; }
    switch (words[0]) {
    case "hello": writeln("Hello, world!"); break;
    case "sum": writeln(number(1) + number(2)); break;
    case "wide": writeln(number(1) * number(2)); break;
    case "lines":
        long sum = 0;
        foreach (line; stdin.byLine) sum += line.to!long;
        writeln(sum);
        break;
    case "output": foreach (i; 0 .. number(1)) writeln("0123456789"); break;
    case "exit": exit(cast(int) number(1)); break;
    case "crash": throw new Exception("as asked");
    case "deep": writeln(deep(cast(int) number(1))); break;
    case "memory":
        ubyte[][] all;
        for (;;) {
            auto chunk = new ubyte[1 << 20];
            chunk[] = 1;
            all ~= chunk;
        }
    default:
        for (;;) {}
    }
}
