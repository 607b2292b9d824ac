// Waits for a second number that never comes.
package main

import "fmt"

func main() {
	var n, hint int
	fmt.Scan(&n)
	fmt.Scan(&hint)
	fmt.Println(hint)
}
