package main

import "fmt"

func main() {
	var n, bricks, sum int
	for fmt.Scan(&n); n > 0; n-- {
		fmt.Scan(&bricks)
		sum += bricks
	}
	fmt.Println(sum)
}
