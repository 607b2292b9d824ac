int deep(int n) { n == 0 ? 0 : 1 + deep(n - 1) }

def input = System.in.newReader()
def words = input.readLine().split(" ")
switch (words[0]) {
    case "hello": println "Hello, world!"; break
    case "sum": println((words[1] as long) + (words[2] as long)); break
    case "wide": println((words[1] as long) * (words[2] as long)); break
    case "lines": long total = 0; input.eachLine { total += it as long }; println total; break
    case "output":
        def out = new PrintWriter(System.out)
        (words[1] as int).times { out.println("0123456789") }
        out.flush()
        break
    case "exit": System.exit(words[1] as int)
    case "crash": throw new IllegalStateException("as asked")
    case "deep": println deep(words[1] as int); break
    case "memory": def all = []; while (true) all << new byte[1 << 20]
    case "loop": while (true) {}
}
