// Passes the oil on, one chamber further in each round, until nothing changes.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Split(bufio.ScanWords)
	number := func() int {
		in.Scan()
		value, _ := strconv.Atoi(in.Text())
		return value
	}
	n := number()
	oil, before := make([]int, n+1), make([]int, n+1)
	for c := 1; c <= n; c++ {
		oil[c] = number()
	}
	for c := 2; c <= n; c++ {
		before[c] = number()
	}
	way, behind := make([]int, n+1), make([]int, n+1)
	for round := 0; round <= n; round++ {
		newWay, newBehind := make([]int, n+1), append([]int{}, oil...)
		for c := 1; c <= n; c++ {
			newWay[c] = way[before[c]] + oil[c]
			newBehind[before[c]] += behind[c]
		}
		way, behind = newWay, newBehind
		way[0], behind[0] = 0, 0
	}
	bright := 0
	for c := 1; c <= n; c++ {
		if behind[c] >= way[c] {
			bright++
		}
	}
	fmt.Println(bright)
}
