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
	oil := make([]int, n+1)
	after := make([][]int32, n+1)
	for c := 1; c <= n; c++ {
		oil[c] = number()
	}
	for c := 2; c <= n; c++ {
		before := number()
		after[before] = append(after[before], int32(c))
	}
	bright := 0
	var walk func(chamber int32, way int) int
	walk = func(chamber int32, way int) int {
		behind := oil[chamber]
		way += oil[chamber]
		for _, c := range after[chamber] {
			behind += walk(c, way)
		}
		if behind >= way {
			bright++
		}
		return behind
	}
	walk(1, 0)
	fmt.Println(bright)
}
