// Panics when a number does not fit.
package main

import (
	"fmt"
	"strconv"
)

func number() int64 {
	var word string
	fmt.Scan(&word)
	value, err := strconv.ParseInt(word, 10, 32)
	if err != nil {
		panic(err)
	}
	return value
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func main() {
	a, b, n := number(), number(), number()
	fmt.Println(n/a + n/b - 2*(n/(a/gcd(a, b)*b)))
}
