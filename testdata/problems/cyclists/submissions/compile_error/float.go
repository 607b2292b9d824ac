// Go does not mix its number types.
package main

import "fmt"

func main() {
	var n int
	var x float64
	fmt.Scan(&n, &x)
	fmt.Println(x / n)
}
