// Within how many hours do the stretches of road that the cyclists can reach have a point in common?
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Split(bufio.ScanWords)
	number := func() float64 {
		in.Scan()
		value, _ := strconv.ParseFloat(in.Text(), 64)
		return value
	}
	n := int(number())
	x, v := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], v[i] = number(), number()
	}
	low, high, place := 0.0, 1e7+1, 0.0
	for step := 0; step < 70; step++ {
		hours, from, to := (low+high)/2, -1e18, 1e18
		for i := range x {
			if reach := x[i] - hours*v[i]; reach > from {
				from = reach
			}
			if reach := x[i] + hours*v[i]; reach < to {
				to = reach
			}
		}
		if from <= to {
			high, place = hours, (from+to)/2
		} else {
			low = hours
		}
	}
	fmt.Printf("%.9f %.9f\n", high, place)
}
