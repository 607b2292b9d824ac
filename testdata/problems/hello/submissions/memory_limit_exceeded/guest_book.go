// Keeps a far too large guest book: 1 GiB, every page written.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	name, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	var book [][]byte
	for page := 0; page < 1024; page++ {
		leaf := make([]byte, 1<<20)
		for i := range leaf {
			leaf[i] = name[0]
		}
		book = append(book, leaf)
	}
	fmt.Printf("Hello, %s! %d\n", strings.TrimSpace(name), book[0][0])
}
