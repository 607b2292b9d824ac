package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var n, limit int
	fmt.Fscan(in, &n, &limit)
	fees := make([]int, limit+1)
	better := make([][]bool, n)
	weights := make([]int, n)
	for parcel := range better {
		var fee int
		fmt.Fscan(in, &weights[parcel], &fee)
		better[parcel] = make([]bool, limit+1)
		for load := limit; load >= weights[parcel]; load-- {
			if value := fees[load-weights[parcel]] + fee; value > fees[load] {
				fees[load] = value
				better[parcel][load] = true
			}
		}
	}
	var chosen []any
	for parcel, load := n-1, limit; parcel >= 0; parcel-- {
		if better[parcel][load] {
			chosen = append(chosen, parcel+1)
			load -= weights[parcel]
		}
	}
	fmt.Println(len(chosen))
	fmt.Println(chosen...)
}
