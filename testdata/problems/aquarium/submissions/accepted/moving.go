package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	number := func() (value int) {
		c, err := in.ReadByte()
		for ; err == nil && c < '0'; c, err = in.ReadByte() {
		}
		for ; err == nil && c >= '0'; c, err = in.ReadByte() {
			value = value*10 + int(c-'0')
		}
		return value
	}
	n, m := number(), number()
	enemies := make([][]int, n)
	for ; m > 0; m-- {
		u, v := number()-1, number()-1
		enemies[u] = append(enemies[u], v)
		enemies[v] = append(enemies[v], u)
	}
	tank := make([]byte, n)
	for fish := range tank {
		tank[fish] = 'A'
	}
	var settle func(fish int)
	settle = func(fish int) {
		met := 0
		for _, enemy := range enemies[fish] {
			if tank[enemy] == tank[fish] {
				met++
			}
		}
		if met < 2 {
			return
		}
		tank[fish] ^= 'A' ^ 'B'
		for _, enemy := range enemies[fish] {
			settle(enemy)
		}
	}
	for fish := range tank {
		settle(fish)
	}
	fmt.Println(string(tank))
}
