// Keeps the suitcases that are in the building in a map.
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
	waiting := make(map[int32]bool)
	for in.Scan() {
		tag, _ := strconv.Atoi(in.Text())
		if waiting[int32(tag)] {
			delete(waiting, int32(tag))
		} else {
			waiting[int32(tag)] = true
		}
	}
	for tag := range waiting {
		fmt.Println(tag)
	}
}
