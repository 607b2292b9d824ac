// Tries all sequences of swaps, shorter ones first.
package main

import (
	"fmt"
	"sort"
)

var (
	books []int
	swaps [][2]int
)

func search(left int) bool {
	if sort.IntsAreSorted(books) {
		return true
	}
	for a := 0; left > 0 && a < len(books); a++ {
		for b := a + 1; b < len(books); b++ {
			books[a], books[b] = books[b], books[a]
			swaps = append(swaps, [2]int{a + 1, b + 1})
			if search(left - 1) {
				return true
			}
			swaps = swaps[:len(swaps)-1]
			books[a], books[b] = books[b], books[a]
		}
	}
	return false
}

func main() {
	var n int
	fmt.Scan(&n)
	books = make([]int, n)
	for i := range books {
		fmt.Scan(&books[i])
	}
	for most := 0; !search(most); most++ {
	}
	fmt.Println(len(swaps))
	for _, swap := range swaps {
		fmt.Println(swap[0], swap[1])
	}
}
