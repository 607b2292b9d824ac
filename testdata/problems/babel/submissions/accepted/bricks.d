import std.stdio;

void main() {
    long n, bricks, sum;
    readf(" %d", &n);
    foreach (i; 0 .. n) {
        readf(" %d", &bricks);
        sum += bricks;
    }
    writeln(sum);
}
