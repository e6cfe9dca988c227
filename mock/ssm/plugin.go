package ssm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
)

// The plugins that run scripts.
const (
	shellPlugin      = "aws:runShellScript"
	powerShellPlugin = "aws:runPowerShellScript"
)

// job is a step that starts on a node.
type job struct {
	account *account
	node    *managed
	command *command
	task    task
	start   time.Time
}

// action is how the mock carries a step out.
type action struct {
	// begin is called with the world to itself when the step starts. What it returns
	// computes the result beside other work, and touches nothing but the machine; or there
	// is a reason why the agent does not start the step, which then fails. A result's
	// ExitCode is the plugin's code: 194 on Linux and 3010 on Windows reboot the machine
	// and run the step again.
	begin func(*Service, job) (compute func() node.Result, refused string)
	// end is called with the world to itself when the agent has reported the step. Nil:
	// nothing is left to do.
	end func(*Service, job, node.Result)
	// reboots is called as end is, but where the agent reboots the machine and runs the
	// step again. Nil: nothing is left to do before that.
	reboots func(*Service, job, node.Result)
}

// plugins are the plugins that the mock models. A step of a document that AWS owns can
// have an action of its own instead: see ownDocument.
var plugins = map[string]action{
	shellPlugin:      {begin: beginShell},
	powerShellPlugin: {begin: beginPowerShell},
}

// action finds what carries a task out.
func (s *Service) action(c *command, t task) action {
	name := c.Document[strings.LastIndexByte(c.Document, '/')+1:] // it may be an ARN
	if a, ok := s.own[name].actions[t.Name]; ok {
		return a
	}
	return plugins[t.Action]
}

// beginShell runs a script in a shell.
func beginShell(s *Service, j job) (func() node.Result, string) {
	metadata := s.metadata(j.node)
	return j.inTurn(func(script node.Script) node.Result {
		script.Metadata = metadata
		return j.node.Machine.Run(context.Background(), script)
	})
}

// beginPowerShell runs a script in PowerShell, and fails as the agent does where it is
// not installed.
func beginPowerShell(_ *Service, j job) (func() node.Result, string) {
	if j.node.platform() != types.PlatformTypeWindows {
		return nil, "failed to run commands: fork/exec /usr/bin/pwsh: no such file or directory" // assumed: the text
	}
	return j.inTurn(j.node.Machine.RunPowerShell)
}

// inTurn runs the sets of inputs one after another, as one step.
func (j job) inTurn(run func(node.Script) node.Result) (func() node.Result, string) {
	scripts, bad := j.scripts()
	return func() node.Result {
		var all node.Result
		for _, script := range scripts {
			script.Start = j.start.Add(all.Duration)
			merge(&all, run(script))
		}
		return all
	}, bad
}

// metadata is the metadata service of a node as it is now.
func (s *Service) metadata(n *managed) node.Metadata {
	return node.Metadata(s.world.Metadata(n.Instance.ID))
}

// merge appends the result of the next set of properties. assumed: the highest code
// stands for all.
func merge(all *node.Result, next node.Result) {
	for _, c := range next.Chunks {
		c.At += all.Duration
		all.Chunks = append(all.Chunks, c)
	}
	if next.Shutdown != nil {
		all.Shutdown = &node.Shutdown{After: next.Shutdown.After + all.Duration, Reboot: next.Shutdown.Reboot}
	}
	all.Duration += next.Duration
	all.ExitCode = max(all.ExitCode, next.ExitCode)
	all.TimedOut = all.TimedOut || next.TimedOut
}

// scripts are what a task of a script plugin runs, or why the agent cannot read its
// inputs.
func (j job) scripts() (scripts []node.Script, bad string) {
	for _, in := range j.task.Inputs {
		lines, ok := runCommand(in["runCommand"])
		if !ok {
			return nil, fmt.Sprintf("Invalid format in plugin properties %v;\nerror json: cannot unmarshal array into Go struct field RunScriptPluginInput.RunCommand of type string", in)
		}
		dir, _ := in["workingDirectory"].(string)
		scripts = append(scripts, node.Script{
			ID: j.command.ID, Step: j.task.directory(in), Text: strings.Join(lines, "\n"), Dir: dir, Env: environment(in), Timeout: executionTimeout(in),
		})
	}
	return scripts, ""
}

// runCommand reads a script: a text, or a list of lines.
func runCommand(v any) (lines []string, ok bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, true
	case []any:
		for _, item := range v {
			line, ok := item.(string)
			if !ok {
				return nil, false
			}
			lines = append(lines, line)
		}
		return lines, true
	}
	return nil, v == nil
}

// environment reads the variables that a step sets.
func environment(in map[string]any) map[string]string {
	set, _ := in["environment"].(map[string]any)
	env := make(map[string]string, len(set))
	for name, v := range set {
		env[name] = asText(v)
	}
	return env
}

// directory is where the agent saves the script, below the command's own directory.
func (t task) directory(in map[string]any) string {
	if t.Schema != "1.2" {
		return t.Name
	}
	id, _ := in["id"].(string)
	return strings.ReplaceAll(t.Name, ":", "") + "/" + strings.ReplaceAll(id, ":", "")
}

// unmodelled is a plugin of the document that the mock does not carry out, or nothing.
func (s *Service) unmodelled(c *command) string {
	n := slices.IndexFunc(c.Tasks, func(t task) bool { return s.action(c, t).begin == nil })
	if n < 0 {
		return ""
	}
	return c.Tasks[n].Action
}
