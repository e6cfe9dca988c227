package cmd

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/musterhq/muster/fleet/command"
)

// filesFlags are the flags of a command that can write what nodes answered into files.
type filesFlags struct {
	dir   string
	given bool // even if it is empty
	force bool
}

func (o *filesFlags) addFlags(set *pflag.FlagSet) {
	set.StringVar(&o.dir, "output-dir", "", "write each node's standard output and standard error to files in `DIR`, which must be new or empty")
	set.BoolVar(&o.force, "force", false, "with --output-dir: use a directory that has files, and write over those of the same names")
}

// check refuses a directory that has something in it, before anything is done.
func (o *filesFlags) check() error {
	switch {
	case o.dir == "" && o.given:
		return usageErrorf("--output-dir is empty")
	case o.dir == "" && o.force:
		return usageErrorf("--force belongs to --output-dir")
	case o.dir == "" || o.force:
		return nil
	}
	entries, err := os.ReadDir(o.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usageError(fmt.Errorf("--output-dir: %w", err))
	case len(entries) > 0:
		return usageError(fmt.Errorf("--output-dir %s is not empty", o.dir),
			"another directory, or --force to write over files of the same names")
	}
	return nil
}

// outputDir is the directory into which the answers of a run are written. A nil one takes everything and writes nothing.
// It keeps the first error, because a full disk here is no reason to leave the nodes alone.
type outputDir struct {
	root    *os.Root
	summary runSummary
	err     error
}

// summaryFile is the name of the file with a run's summary. No node's file has it: theirs end otherwise.
const summaryFile = "summary.json"

// runSummary is what summary.json holds: what became of each instance that was selected.
type runSummary struct {
	Action   string            `json:"action"`
	Finished *command.Finished `json:"finished,omitempty"` // left out where the run did not end
	Nodes    []nodeSummary     `json:"nodes"`
}

// nodeSummary is one instance: the outcomes are those of --output text.
type nodeSummary struct {
	command.Target
	Outcome    string    `json:"outcome"`
	Reason     string    `json:"reason,omitempty"` // why it was left out or skipped
	ExitCode   *int      `json:"exitCode,omitempty"`
	Status     string    `json:"statusDetails,omitempty"`
	CommandID  string    `json:"commandId,omitempty"`
	Started    time.Time `json:"started,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	Truncated  bool      `json:"truncated,omitempty"`
	StdoutFile string    `json:"stdoutFile,omitempty"`
	StderrFile string    `json:"stderrFile,omitempty"`
}

// openOutputDir makes the directory, readable by its owner alone: an output may hold what others should not see. An empty
// path: nil, no directory is wanted.
func openOutputDir(path string) (*outputDir, error) {
	if path == "" {
		return nil, nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, usageError(fmt.Errorf("--output-dir: %w", err))
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, usageError(fmt.Errorf("--output-dir: %w", err))
	}
	return &outputDir{root: root, summary: runSummary{Action: "run", Nodes: []nodeSummary{}}}, nil
}

// leftOut notes instances that were not sent to from the start.
func (d *outputDir) leftOut(list []command.LeftOut) {
	if d == nil {
		return
	}
	for _, out := range list {
		d.summary.Nodes = append(d.summary.Nodes, nodeSummary{Target: out.Target, Outcome: "left-out", Reason: out.Reason})
	}
}

// take writes what an event brings.
func (d *outputDir) take(event command.Event) {
	if d == nil {
		return
	}
	switch event := event.(type) {
	case command.NodeDone:
		d.write(event.Result)
	case command.Skipped:
		d.summary.Nodes = append(d.summary.Nodes, nodeSummary{Target: event.Target, Outcome: "skipped", Reason: event.Reason})
	case command.Stopped:
		for _, target := range event.NeverSent {
			d.summary.Nodes = append(d.summary.Nodes, nodeSummary{Target: target, Outcome: "never-sent"})
		}
	case command.Finished:
		d.summary.Finished = &event
	}
}

// write writes one node's streams. An empty one gets an empty file.
func (d *outputDir) write(r command.Result) {
	node := nodeSummary{
		Target: r.Target, Outcome: string(r.Outcome), Status: r.StatusDetails, CommandID: r.CommandID,
		Started: r.Started, Ended: r.Ended, Truncated: r.Truncated,
	}
	if r.ExitCode != command.NoExitCode {
		node.ExitCode = &r.ExitCode
	}
	base := fileBase(r.Target)
	node.StdoutFile, node.StderrFile = base+".stdout", base+".stderr"
	d.put(node.StdoutFile, []byte(r.Stdout))
	d.put(node.StderrFile, []byte(r.Stderr))
	d.summary.Nodes = append(d.summary.Nodes, node)
}

func (d *outputDir) put(name string, data []byte) {
	if err := d.root.WriteFile(name, data, 0o600); err != nil {
		d.err = cmp.Or(d.err, fmt.Errorf("write an answer: %w", err))
	}
}

// close writes the summary and returns the first error of all writing.
func (d *outputDir) close() error {
	if d == nil {
		return nil
	}
	text, err := json.MarshalIndent(d.summary, "", "  ")
	if err != nil {
		return err
	}
	d.put(summaryFile, append(text, '\n'))
	return errors.Join(d.err, d.root.Close())
}

// fileBase is a node's file without the end that names the stream: the name, as far as it is fit for every system's files,
// and the id, which no other node has.
func fileBase(target command.Target) string {
	const longest = 100 // characters of the name; file names have 255 bytes in all
	name := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, target.Name)
	name = strings.TrimLeft(name[:min(len(name), longest)], ".-")
	id := filepath.Base(target.InstanceID)
	if name == "" {
		return id
	}
	return name + "_" + id
}
