// Packages of the standard library that pull in much else, and goroutines.
package main

import (
	"container/heap"
	"fmt"
	"math/big"
	"regexp"
	"sort"
	"strings"
	"sync"
	"time"
)

type numbers []int

func (n numbers) Len() int           { return len(n) }
func (n numbers) Less(i, j int) bool { return n[i] < n[j] }
func (n numbers) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *numbers) Push(x any)        { *n = append(*n, x.(int)) }
func (n *numbers) Pop() any {
	last := (*n)[len(*n)-1]
	*n = (*n)[:len(*n)-1]
	return last
}

func main() {
	var a, b int
	fmt.Scan(&a, &b)
	started := time.Now()
	queue := &numbers{}
	heap.Push(queue, b)
	heap.Push(queue, a)
	sort.Sort(queue)
	total := new(big.Int)
	var lock sync.Mutex
	var group sync.WaitGroup
	for _, number := range *queue {
		group.Add(1)
		go func(number int) {
			defer group.Done()
			lock.Lock()
			defer lock.Unlock()
			total.Add(total, big.NewInt(int64(number)))
		}(number)
	}
	group.Wait()
	if time.Since(started) < 0 || !regexp.MustCompile(`^\d+$`).MatchString(strings.TrimSpace(total.String())) {
		panic("impossible")
	}
	fmt.Println(total)
}
