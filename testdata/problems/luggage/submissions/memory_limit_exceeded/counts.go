// A counter for every tag there could be.
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
	count := make([]int8, 1000000001)
	tags := []int{}
	for in.Scan() {
		tag, _ := strconv.Atoi(in.Text())
		tags = append(tags, tag)
		count[tag]++
	}
	for _, tag := range tags {
		if count[tag] == 1 {
			fmt.Println(tag)
		}
	}
}
