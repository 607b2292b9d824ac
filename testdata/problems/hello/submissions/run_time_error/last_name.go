// Looks for the last name of guests that have none.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	words := strings.Fields(line)
	fmt.Printf("Hello, %s %s!\n", words[0], words[1])
}
