// Counts midnight, when both bells ring, as a minute of its own.
package main

import "fmt"

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func main() {
	var a, b, n int64
	fmt.Scan(&a, &b, &n)
	fmt.Println((n/a + 1) + (n/b + 1) - (n/(a/gcd(a, b)*b) + 1))
}
