package main

import (
	"bufio"
	"fmt"
	"os"
)

func deep(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + deep(n-1)
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var deed string
	var a, b int64
	fmt.Fscan(in, &deed)
	switch deed {
	case "hello":
		fmt.Fprintln(out, "Hello, world!")
	case "sum":
		fmt.Fscan(in, &a, &b)
		fmt.Fprintln(out, a+b)
	case "wide":
		fmt.Fscan(in, &a, &b)
		fmt.Fprintln(out, a*b)
	case "lines":
		fmt.Fscan(in, &a)
		var sum int64
		for ; a > 0; a-- {
			fmt.Fscan(in, &b)
			sum += b
		}
		fmt.Fprintln(out, sum)
	case "output":
		fmt.Fscan(in, &a)
		for ; a > 0; a-- {
			fmt.Fprintln(out, "0123456789")
		}
	case "exit":
		fmt.Fscan(in, &a)
		os.Exit(int(a))
	case "crash":
		panic("as asked")
	case "deep":
		fmt.Fscan(in, &a)
		fmt.Fprintln(out, deep(int(a)))
	case "memory":
		var all [][]byte
		for {
			chunk := make([]byte, 1<<20)
			for i := range chunk {
				chunk[i] = 1
			}
			all = append(all, chunk)
		}
	case "loop":
		for {
		}
	}
}
