// Greets over and over, 64 MiB in all.
package main

import (
	"bufio"
	"os"
	"strings"
)

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	greeting := "Hello, " + strings.TrimSpace(line) + "!\n"
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for said := 0; said < 64<<20; said += len(greeting) {
		out.WriteString(greeting)
	}
}
