package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var n int
	fmt.Fscan(in, &n)
	books := make([]int, n)
	for i := range books {
		fmt.Fscan(in, &books[i])
		books[i]--
	}
	var swaps [][2]int
	for place := range books {
		for books[place] != place {
			other := books[place]
			books[place], books[other] = books[other], other
			swaps = append(swaps, [2]int{place + 1, other + 1})
		}
	}
	fmt.Fprintln(out, len(swaps))
	for _, swap := range swaps {
		fmt.Fprintln(out, swap[0], swap[1])
	}
}
