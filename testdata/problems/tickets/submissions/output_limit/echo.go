// @EXPECTED_RESULTS@: OUTPUT-LIMIT
package main

import (
	"bufio"
	"os"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	for {
		if _, full := out.WriteString("lucky "); full != nil {
			return
		}
	}
}
