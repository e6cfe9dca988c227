package cmd

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
)

// silent is an Env that talks to nobody.
func silent(getenv map[string]string) *Env {
	return &Env{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
		Getenv: func(name string) string { return getenv[name] },
	}
}

// TestEveryCommandTellsWhatItDoes holds what a user finds in each help text.
func TestEveryCommandTellsWhatItDoes(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("%s: short text, long text or example is missing", c.CommandPath())
		}
		if c.RunE == nil {
			t.Errorf("%s: it does nothing", c.CommandPath())
		}
		if !c.HasSubCommands() && !strings.Contains(c.Long, "\nEXIT STATUS\n  0 ") {
			t.Errorf("%s: no section EXIT STATUS", c.CommandPath())
		}
		for _, line := range strings.Split(c.Long+"\n"+c.Example, "\n") {
			if len([]rune(line)) > 130 {
				t.Errorf("%s: a line of the help is %d characters wide", c.CommandPath(), len([]rune(line)))
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(silent(nil)))
}

func TestBadCommandLinesAreUsageErrors(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"lss"}, "muster: unknown command \"lss\"\nhint: did you mean ls?\n"},
		{[]string{"frobnicate"}, "muster: unknown command \"frobnicate\"\nhint: muster --help lists the commands\n"},
		{[]string{"ls", "--frobnicate"}, "muster: unknown flag: --frobnicate\nhint: muster ls --help lists the flags\n"},
		{[]string{"mock", "advance", "-5m"}, "muster: unknown shorthand flag: '5' in -5m\nhint: muster mock advance --help lists the flags\n"},
		{[]string{"mock", "seed"}, "muster: unknown command \"seed\" for \"muster mock\"\nhint: muster mock --help lists the commands\n"},
		{[]string{"ls", "-o", "xml"}, "muster: invalid argument \"xml\" for \"-o, --output\" flag: it is table, json, yaml, text or csv\n"},
		{[]string{"launch"}, "muster: launch needs a template's name or --like ID, and not both\nhint: muster template ls lists the templates\n"},
		{[]string{"launch", "web", "--tag", "role"}, "muster: --tag \"role\" is not KEY=VALUE\n"},
		{[]string{"launch", "web", "--tag", "a=1", "--tag", "a=2"}, "muster: --tag a is given twice\n"},
		{[]string{"launch", "web", "--like", "i-0123456789abcdef0"}, "muster: launch needs a template's name or --like ID, and not both\nhint: muster template ls lists the templates\n"},
		{[]string{"launch", "web", "--max-price", "0.01"}, "muster: --max-price is the price of spot instances; it needs --spot\n"},
		{[]string{"launch", "web", "--set", "type"}, "muster: --set \"type\" is not KEY=VALUE\n"},
		{[]string{"template", "diff", "web:1"}, "muster: template diff: one side has no version to compare web:1 with: add :VERSION as a second argument\n"},
		{[]string{"launch", "web", "--version="}, "muster: --version is empty\n"},
		{[]string{"launch", "web", "--wait", "forever"}, "muster: --wait is \"forever\"; it is running, ok, ssm or ready\n"},
		{[]string{"stop", "web", "--wait-timeout", "0s"}, "muster: --wait-timeout is 0s; it must be longer than nothing\n"},
		{[]string{"--mock", "--endpoint-url", "http://localhost:1", "ls"},
			"muster: --mock and --endpoint-url exclude each other: the embedded mock has no address\n"},
	}
	for _, tt := range tests {
		var stderr strings.Builder
		env := silent(nil)
		env.Stderr = &stderr
		env.AWS = func(context.Context) (aws.Config, error) {
			t.Errorf("%q: AWS was asked", tt.args)
			return aws.Config{}, io.EOF
		}
		if code := Main(tt.args, env); code != ExitUsage || stderr.String() != tt.want {
			t.Errorf("%q: exit %d and %q, want %d and %q", tt.args, code, stderr.String(), ExitUsage, tt.want)
		}
	}
}

func TestMUSTERMOCKIsNeverMistakenForNo(t *testing.T) {
	tests := []struct {
		value string
		args  []string
		mock  bool
		code  int
	}{
		{"", nil, false, ExitDone},
		{"0", nil, false, ExitDone},
		{"1", nil, true, ExitDone},
		{"true", nil, true, ExitDone},
		{"yes", nil, false, ExitUsage},
		{"1", []string{"--mock=false"}, false, ExitDone},
		{"0", []string{"--mock"}, true, ExitDone},
	}
	for _, tt := range tests {
		env := silent(map[string]string{"MUSTER_MOCK": tt.value})
		code := Main(append([]string{"version"}, tt.args...), env)
		if code != tt.code || env.flags.mock != tt.mock {
			t.Errorf("MUSTER_MOCK=%s %v: exit %d, mock %v; want %d, %v", tt.value, tt.args, code, env.flags.mock, tt.code, tt.mock)
		}
	}
}

// interrupts is a Signals that gives the test the channel.
func interrupts(sent chan<- chan<- os.Signal) func(chan<- os.Signal) func() {
	return func(c chan<- os.Signal) func() {
		sent <- c
		return func() {}
	}
}

func TestTheFirstInterruptEndsTheContextOfACommand(t *testing.T) {
	channels := make(chan chan<- os.Signal, 1)
	var stderr strings.Builder
	env := silent(nil)
	env.Stderr, env.Signals = &stderr, interrupts(channels)
	env.AWS = func(ctx context.Context) (aws.Config, error) {
		(<-channels) <- os.Interrupt
		<-ctx.Done()
		return aws.Config{}, ctx.Err()
	}
	if code := Main([]string{"ls"}, env); code != ExitInterrupted || stderr.String() != "muster: interrupted\n" {
		t.Errorf("exit %d and %q", code, stderr.String())
	}
}

func TestTheSecondInterruptLeavesAtOnce(t *testing.T) {
	channels := make(chan chan<- os.Signal, 1)
	hang := make(chan struct{})
	defer close(hang)
	env := silent(nil)
	env.Signals = interrupts(channels)
	env.AWS = func(context.Context) (aws.Config, error) {
		c := <-channels
		c <- os.Interrupt
		c <- os.Interrupt
		<-hang
		return aws.Config{}, io.EOF
	}
	if code := Main([]string{"ls"}, env); code != ExitInterrupted {
		t.Errorf("exit %d, want %d", code, ExitInterrupted)
	}
}

// TestOneWishThatArrivesTwiceIsOne: timeout(1) signals the process and then its group.
func TestOneWishThatArrivesTwiceIsOne(t *testing.T) {
	tests := []struct {
		name          string
		first, second os.Signal
		after         time.Duration
		leaves        bool
	}{
		{"the group's SIGTERM", syscall.SIGTERM, syscall.SIGTERM, time.Millisecond, false},
		{"a SIGTERM just after Ctrl-C", os.Interrupt, syscall.SIGTERM, sameWish - time.Millisecond, false},
		{"a later SIGTERM", syscall.SIGTERM, syscall.SIGTERM, sameWish, true},
		{"Ctrl-C after SIGTERM", syscall.SIGTERM, os.Interrupt, time.Millisecond, true},
		{"Ctrl-C twice", os.Interrupt, os.Interrupt, time.Millisecond, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				channels := make(chan chan<- os.Signal, 1)
				env := silent(nil)
				env.Signals = interrupts(channels)
				ctx, leave, stop := env.interruptible(t.Context())
				defer stop()
				c := <-channels
				c <- tt.first
				<-ctx.Done()
				time.Sleep(tt.after)
				c <- tt.second
				synctest.Wait()
				left := false
				select {
				case <-leave:
					left = true
				default:
				}
				if left != tt.leaves {
					t.Errorf("left: %v, want %v", left, tt.leaves)
				}
			})
		})
	}
}

func TestACommandThatEndsWellAfterAnInterruptIsDone(t *testing.T) {
	channels := make(chan chan<- os.Signal, 1)
	b := newBench(t, noDelay())
	env := silent(nil)
	env.Signals = interrupts(channels)
	env.AWS = func(context.Context) (aws.Config, error) { return b.server.Config(), nil }
	if code := Main([]string{"ls"}, env); code != ExitDone {
		t.Errorf("exit %d, want %d", code, ExitDone)
	}
}

func TestWhatWasOpenedIsClosedLastInFirstOut(t *testing.T) {
	var closed []string
	env := silent(nil)
	for _, name := range []string{"a", "b"} {
		env.closers = append(env.closers, func() error { closed = append(closed, name); return nil })
	}
	if code := Main([]string{"version"}, env); code != ExitDone || strings.Join(closed, "") != "ba" {
		t.Errorf("exit %d, closed %v", code, closed)
	}
	env.closers = append(env.closers, func() error { return io.ErrClosedPipe })
	if code := Main([]string{"version"}, env); code != ExitFailed {
		t.Errorf("exit %d although closing failed", code)
	}
}
