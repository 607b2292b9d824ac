// Blames the smallest tag.
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
	smallest := 1 << 30
	for in.Scan() {
		if tag, _ := strconv.Atoi(in.Text()); tag < smallest {
			smallest = tag
		}
	}
	fmt.Println(smallest)
}
