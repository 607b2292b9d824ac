// fmt.Scan without a buffer asks the system for every single byte.
package main

import "fmt"

func main() {
	var n, tag, left int
	fmt.Scan(&n)
	for ; n > 0; n-- {
		fmt.Scan(&tag)
		left ^= tag
	}
	fmt.Println(left)
}
