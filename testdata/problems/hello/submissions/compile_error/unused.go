// Go refuses an import that nobody uses.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("Hello, guest!")
}
