// Stays awake and looks at every minute.
package main

import "fmt"

func main() {
	var a, b, n, count int64
	fmt.Scan(&a, &b, &n)
	for minute := int64(1); minute <= n; minute++ {
		if (minute%a == 0) != (minute%b == 0) {
			count++
		}
	}
	fmt.Println(count)
}
