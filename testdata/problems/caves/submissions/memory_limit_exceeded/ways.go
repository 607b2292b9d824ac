// Remembers the whole way to every chamber.
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
	oil, behind := make([]int, n+1), make([]int, n+1)
	after, way := make([][]int, n+1), make([][]int, n+1)
	for c := 1; c <= n; c++ {
		oil[c] = number()
	}
	for c := 2; c <= n; c++ {
		before := number()
		after[before] = append(after[before], c)
	}
	way[1] = []int{1}
	order := []int{1}
	for i := 0; i < len(order); i++ {
		for _, c := range after[order[i]] {
			way[c] = append(append([]int{}, way[order[i]]...), c)
			order = append(order, c)
		}
	}
	for c := 1; c <= n; c++ {
		for _, at := range way[c] {
			behind[at] += oil[c]
		}
	}
	bright := 0
	for c := 1; c <= n; c++ {
		sum := 0
		for _, at := range way[c] {
			sum += oil[at]
		}
		if behind[c] >= sum {
			bright++
		}
	}
	fmt.Println(bright)
}
