fun main() {
    println(List(readln().trim().toInt()) { readln().trim().toLong() }.sum())
}
