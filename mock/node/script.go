package node

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Script is one script for a machine to run, as the SSM Agent runs a step of a
// command: saved below /var/lib/amazon/ssm, then started with sh -c, as root,
// so that its first line may choose another shell.
type Script struct {
	// ID and Step place the script at
	// /var/lib/amazon/ssm/<instance>/document/orchestration/<ID>/<Step>/_script.sh
	// while it runs. ID is also its SSM_COMMAND_ID.
	ID, Step string

	Text string
	Dir  string            // working directory; empty: /usr/bin, the agent's own
	Env  map[string]string // over the variables that the agent sets

	Start   time.Time     // the mock's time when it starts
	Timeout time.Duration // its executionTimeout; 0: none

	Metadata Metadata // answers for the metadata service; nil: nobody listens there

	Limits Limits
}

// Limits bound what a script may cost the mock. They are no property of AWS.
type Limits struct {
	Steps  int // commands run and loop rounds begun; 0: 100,000
	Output int // bytes printed to both streams; 0: 1 MiB
}

func (l Limits) withDefaults() Limits {
	return Limits{Steps: cmp.Or(l.Steps, 100_000), Output: cmp.Or(l.Output, 1<<20)}
}

// The limits that a script can reach; [Result.Limit] wraps one of them.
var (
	ErrSteps  = errors.New("step limit reached")
	ErrOutput = errors.New("output limit reached")
	ErrMemory = errors.New("memory limit reached")
	ErrDepth  = errors.New("nesting limit reached")
	ErrNoEnd  = errors.New("script never ends and has no timeout")
)

// Stream names one of a script's two outputs.
type Stream int

// The two streams.
const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// String returns "stdout" or "stderr".
func (s Stream) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// Chunk is something that a script printed at once.
type Chunk struct {
	At     time.Duration // since the script's start
	Stream Stream
	Data   string
}

// Result says what a script printed and when, and how it ended, in virtual time
// since its start.
//
// Three ways of ending differ. A script that ended by itself has its own
// ExitCode. One that reached its Timeout has TimedOut, Duration equal to the
// Timeout, and ExitCode 137, what the agent reports of a killed script; whether
// that is ExecutionTimedOut is for the service to say. One that reached a limit
// would have gone on for ever: Limit says which, and it is taken to have used
// its whole Timeout, if it has one; otherwise Duration is what it had used and
// ExitCode is 137.
type Result struct {
	Chunks   []Chunk // in order of At
	ExitCode int
	Duration time.Duration
	TimedOut bool
	Limit    error // nil, or wraps ErrSteps, ErrOutput and so on, or the cause of the context's end

	// Shutdown is not nil when the script shut its machine down. The machine
	// itself still runs: who called Run calls Reboot or PowerOff in time.
	Shutdown *Shutdown
}

// Shutdown says that a machine goes down, as reboot, poweroff, shutdown and
// their kin had it done.
type Shutdown struct {
	// After is when, since the script's start. It may be later than the
	// script's end (shutdown -r +5). At that time whatever still runs is
	// killed, and the agent with it: nobody reports that script's end.
	After  time.Duration
	Reboot bool // the machine boots again; otherwise it stays off
}

// Until returns what had been printed up to and including the given time since
// the start, and whether the script had ended by then: what a command that is
// cancelled before its end has to show.
func (r Result) Until(d time.Duration) (stdout, stderr string, ended bool) {
	var out, errs strings.Builder
	for _, c := range r.Chunks {
		switch {
		case c.At > d:
		case c.Stream == Stderr:
			errs.WriteString(c.Data)
		default:
			out.WriteString(c.Data)
		}
	}
	return out.String(), errs.String(), r.Duration <= d
}

// Output returns all that was printed.
func (r Result) Output() (stdout, stderr string) {
	stdout, stderr, _ = r.Until(r.Duration)
	return stdout, stderr
}

// agentDir is where the agent keeps what belongs to an instance.
const agentDir = "/var/lib/amazon/ssm"

// path is where the agent saves the script.
func (s Script) path(instance string) string {
	id, step := cmp.Or(s.ID, "00000000-0000-0000-0000-000000000000"), cmp.Or(s.Step, "awsrunShellScript/0.awsrunShellScript")
	return fmt.Sprintf("%s/%s/document/orchestration/%s/%s/_script.sh", agentDir, instance, id, step)
}
