// Pools visits one of Go's worker pools, as crates/pool-runner/examples/visit.rs does one of ours:
//
//	pools CONTENDER RECEIVE WORKERS ROUNDS JOBS BATCHES
//
// It pushes a batch through to warm up, then times BATCHES of JOBS jobs of ROUNDS rounds of mixing, from
// just before the first is submitted to the last result received. It prints nanoseconds a job, and
// the sum of a batch's results. scripts/measure-go calls both.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// How many jobs may wait, and how long results are collected where they are received in batches: as
// for the pools that these are compared with.
const (
	queue  = 1024
	linger = 100 * time.Microsecond
)

func main() {
	if err := visit(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func visit(args []string) error {
	if len(args) != 6 {
		return fmt.Errorf("expected CONTENDER RECEIVE WORKERS ROUNDS JOBS BATCHES, not %q", args)
	}
	var numbers [4]int
	for i := range numbers {
		number, err := strconv.ParseUint(args[2+i], 10, 31)
		if err != nil {
			return err
		}
		numbers[i] = int(number)
	}
	count, rounds, jobs, batches := numbers[0], uint32(numbers[1]), numbers[2], numbers[3]
	push, end, err := start(args[0], args[1], count, jobs)
	if err != nil {
		return err
	}
	defer end()
	var total time.Duration
	var sum uint64
	for batch := 0; batch <= batches; batch++ {
		// The first is to warm up.
		size := jobs
		if batch == 0 {
			size = jobs/10 + 1
		}
		todo, answer := make([]mix, size), uint64(0)
		for key := range todo {
			todo[key] = mix{uint32(key), rounds}
			answer += todo[key].answer()
		}
		var took time.Duration
		if sum, took = push(todo); sum != answer {
			return fmt.Errorf("the results are not those of the jobs: %d, not %d", sum, answer)
		}
		if batch > 0 {
			total += took
		}
	}
	fmt.Printf("%.3f %d\n", float64(total.Nanoseconds())/float64(jobs*batches), sum)
	return nil
}

// pushing is a batch through a contender: the sum of the results, and how long it took.
type pushing func(jobs []mix) (uint64, time.Duration)

func start(contender, receive string, count, jobs int) (pushing, func(), error) {
	var p pool
	switch contender {
	case "serial":
		return serial, func() {}, nil
	case "workers":
		p = startWorkers(count, queue, jobs)
	case "goroutines":
		p = startGoroutines(count, jobs)
	default:
		return nil, nil, fmt.Errorf("there is no contender %q", contender)
	}
	var received func(<-chan uint64, int) uint64
	switch receive {
	case "recv":
		received = oneByOne
	case "recv_batch":
		received = inBatches
	default:
		return nil, nil, fmt.Errorf("there is no way to receive %q", receive)
	}
	push := func(jobs []mix) (uint64, time.Duration) {
		ready := make(chan struct{})
		started := make(chan time.Time, 1)
		go func() {
			<-ready
			started <- time.Now()
			for _, job := range jobs {
				p.submit(job)
			}
		}()
		close(ready)
		sum := received(p.results(), len(jobs))
		end := time.Now()
		return sum, end.Sub(<-started)
	}
	end := func() {
		p.close()
		for range p.results() {
		}
	}
	return push, end, nil
}

func serial(jobs []mix) (uint64, time.Duration) {
	start := time.Now()
	sum := uint64(0)
	for _, job := range jobs {
		sum += job.run()
	}
	return sum, time.Since(start)
}

func oneByOne(results <-chan uint64, count int) uint64 {
	sum := uint64(0)
	for ; count > 0; count-- {
		sum += <-results
	}
	return sum
}

// inBatches takes what is there. Where nothing is, it sleeps, so that no worker has to wake it for a
// single result; and waits only if there is nothing even then. So does recv_batch.
func inBatches(results <-chan uint64, count int) uint64 {
	sum, slept := uint64(0), false
	for count > 0 {
		select {
		case result := <-results:
			sum, slept = sum+result, false
			count--
		default:
			if slept {
				sum, slept = sum+<-results, false
				count--
			} else {
				time.Sleep(linger)
				slept = true
			}
		}
	}
	return sum
}
