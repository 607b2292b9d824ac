import java.io.{BufferedReader, InputStreamReader, PrintWriter}

object Main {
  def deep(n: Int): Int = if (n == 0) 0 else 1 + deep(n - 1)

  def main(args: Array[String]): Unit = {
    val in = new BufferedReader(new InputStreamReader(System.in))
    val words = in.readLine().split(" ")
    words(0) match {
      case "hello" => println("Hello, world!")
      case "sum" => println(words(1).toLong + words(2).toLong)
      case "wide" => println(words(1).toLong * words(2).toLong)
      case "lines" => println(Iterator.continually(in.readLine()).takeWhile(_ != null).map(_.toLong).sum)
      case "output" =>
        val out = new PrintWriter(System.out)
        for (_ <- 1 to words(1).toInt) out.println("0123456789")
        out.flush()
      case "exit" => sys.exit(words(1).toInt)
      case "crash" => throw new IllegalStateException("as asked")
      case "deep" => println(deep(words(1).toInt))
      case "memory" =>
        val all = scala.collection.mutable.ArrayBuffer[Array[Byte]]()
        while (true) all += new Array[Byte](1 << 20)
      case "loop" => while (true) {}
    }
  }
}
