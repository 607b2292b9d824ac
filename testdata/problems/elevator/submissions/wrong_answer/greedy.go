// Always goes towards the guest's floor.
package main

import "fmt"

func main() {
	var f, a, b, u, d int
	fmt.Scan(&f, &a, &b, &u, &d)
	way := ""
	for step := 0; a != b && step < 1000; step++ {
		if a < b && a+u <= f || a-d < 1 {
			way += "U"
			a += u
		} else {
			way += "D"
			a -= d
		}
	}
	if a != b {
		way = "take the stairs"
	} else if way == "" {
		way = "-"
	}
	fmt.Println(way)
}
