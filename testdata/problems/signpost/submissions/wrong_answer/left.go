// Puts every line at the left.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	width := 0
	var lines []string
	for in.Scan() {
		lines = append(lines, in.Text())
		if len(in.Text()) > width {
			width = len(in.Text())
		}
	}
	border := "+" + strings.Repeat("-", width+2) + "+"
	fmt.Println(border)
	for _, line := range lines {
		fmt.Printf("| %-*s |\n", width, line)
	}
	fmt.Println(border)
}
