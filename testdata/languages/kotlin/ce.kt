fun main() {
    val x: Int = "text"
    println(x)
}
