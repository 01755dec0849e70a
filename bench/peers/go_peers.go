// cenkalti/backoff around a function that adds one; see script/bench-peers.
package main

import (
	"fmt"
	"math"
	"time"

	"github.com/cenkalti/backoff"
)

const rounds, calls = 25, 20000

var sink int

//go:noinline
func addOne(x int) int { return x + 1 }

func bare() { sink = addOne(1) }

func retry() {
	_ = backoff.Retry(func() error { sink = addOne(1); return nil }, backoff.NewExponentialBackOff())
}

func main() {
	cases := []struct {
		library, name string
		call          func()
	}{{"-", "bare", bare}, {"cenkalti/backoff", "retry", retry}}
	least := make([]float64, len(cases))
	for i := range least {
		least[i] = math.Inf(1)
	}
	for round := 0; round < rounds; round++ {
		for i, each := range cases {
			begin := time.Now()
			for call := 0; call < calls; call++ {
				each.call()
			}
			least[i] = math.Min(least[i], float64(time.Since(begin).Nanoseconds())/calls)
		}
	}
	for i, each := range cases {
		fmt.Printf("Go\t%s\t%s\t%.2f\n", each.library, each.name, least[i])
	}
}
