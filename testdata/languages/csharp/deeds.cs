using System;
using System.Collections.Generic;
using System.IO;

class Program {
    static int Deep(int n) {
        return n == 0 ? 0 : 1 + Deep(n - 1);
    }

    static int Main() {
        var words = Console.ReadLine().Split(' ');
        switch (words[0]) {
            case "hello": Console.WriteLine("Hello, world!"); break;
            case "sum": Console.WriteLine(long.Parse(words[1]) + long.Parse(words[2])); break;
            case "wide": Console.WriteLine(long.Parse(words[1]) * long.Parse(words[2])); break;
            case "lines": {
                long sum = 0;
                for (string line; (line = Console.ReadLine()) != null;) sum += long.Parse(line);
                Console.WriteLine(sum);
                break;
            }
            case "output": {
                var writer = new StreamWriter(Console.OpenStandardOutput());
                for (int i = int.Parse(words[1]); i > 0; i--) writer.WriteLine("0123456789");
                writer.Flush();
                break;
            }
            case "exit": return int.Parse(words[1]);
            case "crash": throw new InvalidOperationException("as asked");
            case "deep": Console.WriteLine(Deep(int.Parse(words[1]))); break;
            case "memory":
                for (var all = new List<byte[]>();;) {
                    var chunk = new byte[1 << 20];
                    for (int i = 0; i < chunk.Length; i += 512) chunk[i] = 1;
                    all.Add(chunk);
                }
            case "loop": for (;;) {}
        }
        return 0;
    }
}
