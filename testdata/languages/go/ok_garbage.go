// Makes 4 GB of garbage around little live data: must not be taken for a memory hog.
package main

import "fmt"

func main() {
	var a, b int
	fmt.Scan(&a, &b)
	live := make([][]byte, 64)
	for i := 0; i < 4000; i++ {
		live[i%64] = make([]byte, 1<<20)
	}
	fmt.Println(a + b + int(live[0][0]))
}
