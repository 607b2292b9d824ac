// A note that is not played turns the player round, too.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	var n, d, count int
	fmt.Fscan(in, &n, &d)
	back := map[int]int{}
	for at := 0; at < n; at++ {
		player := 0
		c, _ := in.ReadByte()
		for ; c < '0'; c, _ = in.ReadByte() {
		}
		for ; c >= '0'; c, _ = in.ReadByte() {
			player = player*10 + int(c-'0')
		}
		until, known := back[player]
		if known && at <= until {
			count++
		}
		back[player] = at + d
	}
	fmt.Println(count)
}
