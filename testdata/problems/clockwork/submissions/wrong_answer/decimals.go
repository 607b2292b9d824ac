// Answers in decimals.
package main

import "fmt"

func main() {
	var n, x float64
	fmt.Scan(&n, &x)
	fmt.Printf("%f %f\n", x, 1.0)
}
