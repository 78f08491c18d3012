package main

import "sync"

// pool runs jobs, and sends what comes of them into results.
type pool interface {
	submit(job mix)
	// close takes no more jobs; the results are closed after the last.
	close()
	results() <-chan uint64
}

// workers is the worker pool that guides to Go teach: two channels, a fixed number of goroutines, and
// a WaitGroup that tells when the results can be closed.
type workers struct {
	jobs    chan mix
	out     chan uint64
	running sync.WaitGroup
}

func startWorkers(count, queue, room int) *workers {
	w := &workers{jobs: make(chan mix, queue), out: make(chan uint64, room)}
	w.running.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			defer w.running.Done()
			for job := range w.jobs {
				w.out <- job.run()
			}
		}()
	}
	go func() {
		w.running.Wait()
		close(w.out)
	}()
	return w
}

func (w *workers) submit(job mix)         { w.jobs <- job }
func (w *workers) close()                 { close(w.jobs) }
func (w *workers) results() <-chan uint64 { return w.out }

// goroutines is what Go does without a pool: a goroutine for each job, and a channel as a semaphore
// that lets so many run at once, as errgroup's SetLimit does.
type goroutines struct {
	slots   chan struct{}
	out     chan uint64
	running sync.WaitGroup
}

func startGoroutines(count, room int) *goroutines {
	return &goroutines{slots: make(chan struct{}, count), out: make(chan uint64, room)}
}

func (g *goroutines) submit(job mix) {
	g.slots <- struct{}{}
	g.running.Add(1)
	go func() {
		defer g.running.Done()
		g.out <- job.run()
		<-g.slots
	}()
}

func (g *goroutines) close() {
	go func() {
		g.running.Wait()
		close(g.out)
	}()
}

func (g *goroutines) results() <-chan uint64 { return g.out }
