// Compares everybody with everybody.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var n int
	fmt.Fscan(in, &n)
	x, v := make([]float64, n), make([]float64, n)
	for i := range x {
		fmt.Fscan(in, &x[i], &v[i])
	}
	best, place := 0.0, x[0]
	for i := range x {
		for j := range x {
			if hours := (x[j] - x[i]) / (v[i] + v[j]); hours > best {
				best, place = hours, x[i]+hours*v[i]
			}
		}
	}
	fmt.Println(best, place)
}
