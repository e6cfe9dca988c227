// Command servers times the served mock beside moto's server, where that is installed:
// start, memory with a fleet in it, and answers per second of four calls at 1 and at 16
// connections. The servers take turns, so that the ratios hold when the machine's speed
// drifts. Every loop ends by count or by time, whichever comes first.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	// rounds is how often each figure is taken of each server, in turn; medians are shown.
	rounds = 3
	// roundTime and roundCalls end a round of calls.
	roundTime  = time.Second
	roundCalls = 1500
	// slowRate is the answers per second below which a server gets one round.
	slowRate = 10
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "servers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "muster-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	muster := filepath.Join(dir, "muster")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", muster, "./cmd/muster").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	servers := []*server{{name: "muster mock serve", command: []string{muster, "mock", "serve", "--quiet", "--listen"}, join: true}}
	if moto, err := exec.LookPath("moto_server"); err == nil {
		servers = append(servers, &server{name: "moto_server", command: []string{moto, "-H", "127.0.0.1", "-p"}})
	} else {
		fmt.Println("moto_server is not installed: muster's figures stand alone")
	}
	return measure(ctx, servers)
}

// measure takes all figures of all servers and prints them.
func measure(ctx context.Context, servers []*server) error {
	if err := compareStarts(ctx, servers); err != nil {
		return err
	}
	for _, size := range []int{100, 1000} {
		if err := compareFleet(ctx, servers, size); err != nil {
			return err
		}
	}
	return nil
}

// compareStarts starts each server in turn and prints the time to its first answer.
func compareStarts(ctx context.Context, servers []*server) error {
	times := make([][]float64, len(servers))
	for range rounds {
		for i, s := range servers {
			took, err := s.start(ctx)
			if err != nil {
				return errors.Join(err, s.stop())
			}
			times[i] = append(times[i], took.Seconds()*1000)
			if err := s.stop(); err != nil {
				return err
			}
		}
	}
	report("start to first answer, ms", servers, times)
	return nil
}

// compareFleet puts a fleet into each server and prints memory and rates.
func compareFleet(ctx context.Context, servers []*server, size int) error {
	memory := make([][]float64, len(servers))
	for i, s := range servers {
		if _, err := s.start(ctx); err != nil {
			return errors.Join(err, s.stop())
		}
		defer s.stop()
		if err := s.launch(ctx, size); err != nil {
			return err
		}
		memory[i] = []float64{s.memoryMiB()}
	}
	report(fmt.Sprintf("memory with %d instances, MiB", size), servers, memory)
	for _, c := range calls(size) {
		for _, connections := range []int{1, 16} {
			if err := compareRate(ctx, servers, c, connections); err != nil {
				fmt.Printf("%s, %d connections: not compared: %v\n", c.name, connections, err)
			}
		}
	}
	return nil
}

func compareRate(ctx context.Context, servers []*server, c call, connections int) error {
	rates := make([][]float64, len(servers))
	for range rounds {
		for i, s := range servers {
			if n := len(rates[i]); n > 0 && rates[i][0] < slowRate {
				rates[i] = append(rates[i], rates[i][0]) // another round would take minutes and tell the same
				continue
			}
			rate, err := s.rate(ctx, c, connections)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", s.name, c.name, err)
			}
			rates[i] = append(rates[i], rate)
		}
	}
	report(fmt.Sprintf("%s, %d connections, answers/s", c.name, connections), servers, rates)
	return nil
}

// report prints the medians, and each server's ratio to the first.
func report(what string, servers []*server, figures [][]float64) {
	fmt.Println(what)
	for i, s := range servers {
		ratios := make([]float64, len(figures[i]))
		for n := range ratios {
			ratios[n] = figures[i][n] / figures[0][n]
		}
		fmt.Printf("  %-20s %10.1f   %6.2f times %s\n", s.name, median(figures[i]), median(ratios), servers[0].name)
	}
}
