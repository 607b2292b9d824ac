object Main {
  def main(args: Array[String]): Unit = {
    val lines = scala.io.Source.stdin.getLines()
    val n = lines.next().trim.toInt
    println(Iterator.fill(n)(lines.next().trim.toLong).sum)
  }
}
