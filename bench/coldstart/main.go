// Command coldstart times a first `muster ls` beside a bare SDK program that makes the
// same calls, and beside the AWS CLI where Debian's is installed. It builds the programs,
// serves a mock, and runs them in turn, so that the ratios hold when the machine's speed
// drifts.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// rounds is how often each program is run; the first round does not count.
const rounds = 21

// fleet is how many instances are listed: what a page of results holds for most users.
const fleet = "100"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "coldstart:", err)
		os.Exit(1)
	}
}

// program is one of those compared.
type program struct {
	name  string
	args  []string
	times []time.Duration
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "muster-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, pkg := range []string{"./cmd/muster", "./bench/bare"} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", dir, pkg).CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
	}
	url, stop, err := serve(ctx, filepath.Join(dir, "muster"))
	if err != nil {
		return err
	}
	defer stop()
	programs := []*program{
		{name: "bare SDK program", args: []string{filepath.Join(dir, "bare")}},
		{name: "muster ls", args: []string{filepath.Join(dir, "muster"), "ls"}},
	}
	if _, err := os.Stat("/usr/bin/aws"); err == nil {
		programs = append(programs, &program{name: "aws ec2 describe-instances", args: []string{"/usr/bin/aws", "--endpoint-url", url, "ec2", "describe-instances"}})
	}
	if err := race(ctx, programs, environment(dir, url)); err != nil {
		return err
	}
	report(programs)
	return nil
}

// serve starts a mock on a free port and returns its URL.
func serve(ctx context.Context, muster string) (url string, stop func(), err error) {
	c := exec.CommandContext(ctx, muster, "mock", "serve", "--quiet", "--listen", "127.0.0.1:0", "--fleet", fleet)
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(err, c.Wait())
	}
	return strings.TrimSpace(line), func() { _ = c.Process.Signal(os.Interrupt); _ = c.Wait() }, nil
}

// environment has nothing of the user's.
func environment(home, url string) []string {
	return []string{"HOME=" + home, "PATH=/usr/bin:/bin", "AWS_ENDPOINT_URL=" + url, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=mock", "AWS_SECRET_ACCESS_KEY=mock", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER="}
}

// race runs the programs in turn.
func race(ctx context.Context, programs []*program, env []string) error {
	for round := range rounds {
		for _, p := range programs {
			c := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
			c.Env = env
			start := time.Now()
			if out, err := c.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w\n%s", p.name, err, out)
			}
			if round > 0 {
				p.times = append(p.times, time.Since(start))
			}
		}
	}
	return nil
}

// report prints each program's median, and the median of its ratios to the first.
func report(programs []*program) {
	fmt.Printf("cold start, %s instances listed, %d runs each in turn\n", fleet, rounds-1)
	for _, p := range programs {
		ratios := make([]float64, len(p.times))
		for i, t := range p.times {
			ratios[i] = float64(t) / float64(programs[0].times[i])
		}
		fmt.Printf("%-28s median %8s   %5.2f times the %s\n", p.name, median(p.times).Round(100*time.Microsecond), median(ratios), programs[0].name)
	}
}

func median[T int64 | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
