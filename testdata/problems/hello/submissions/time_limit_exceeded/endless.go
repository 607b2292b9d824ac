// Rehearses the greeting for ever.
package main

var rehearsals uint64

func main() {
	for {
		rehearsals++
	}
}
