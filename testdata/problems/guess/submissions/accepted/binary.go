package main

import "fmt"

func main() {
	low, high, word := 1, 0, ""
	fmt.Scan(&high)
	for word != "correct" {
		guess := (low + high) / 2
		fmt.Println(guess)
		fmt.Scan(&word)
		if word == "lower" {
			high = guess - 1
		} else {
			low = guess + 1
		}
	}
}
