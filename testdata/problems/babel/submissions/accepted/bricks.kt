fun main() {
    println(List(readLine()!!.trim().toInt()) { readLine()!!.trim().toLong() }.sum())
}
