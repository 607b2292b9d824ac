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
		left := (width - len(line)) / 2
		fmt.Printf("| %-*s |\n", width, strings.Repeat(" ", left)+line)
	}
	fmt.Println(border)
}
