import java.io.*
import kotlin.system.exitProcess

fun deep(n: Int): Int = if (n == 0) 0 else 1 + deep(n - 1)

fun main() {
    val input = BufferedReader(InputStreamReader(System.`in`))
    val words = input.readLine().split(" ")
    when (words[0]) {
        "hello" -> println("Hello, world!")
        "sum" -> println(words[1].toLong() + words[2].toLong())
        "wide" -> println(words[1].toLong() * words[2].toLong())
        "lines" -> println(input.lineSequence().map { it.toLong() }.sum())
        "output" -> {
            val out = PrintWriter(BufferedOutputStream(System.out))
            repeat(words[1].toInt()) { out.println("0123456789") }
            out.flush()
        }
        "exit" -> exitProcess(words[1].toInt())
        "crash" -> throw IllegalStateException("as asked")
        "deep" -> println(deep(words[1].toInt()))
        "memory" -> {
            val all = mutableListOf<ByteArray>()
            while (true) all.add(ByteArray(1 shl 20))
        }
        "loop" -> while (true) { }
    }
}
