package node

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// cloudInitProgram knows status (--wait, --long and, where cloud-init is 23.4 or later,
// --format json) and --version. What else the real one does is refused by name.
// https://docs.cloud-init.io/en/latest/reference/cli.html
func cloudInitProgram(c *call) int {
	release := c.m.cfg.Platform.cloudInit()
	switch verb := append(c.args, "")[0]; verb {
	case "--version", "-v":
		c.printf("/usr/bin/cloud-init %s\n", release.version)
		return 0
	case "status":
		s := cloudStatus{call: c, release: release}
		if !s.parse(c.args[1:]) {
			return 2
		}
		return s.run()
	case "":
		fmt.Fprintln(c.stderr, "usage: cloud-init [-h] [--version] [--debug] [--force] {init,modules,single,query,features,analyze,devel,collect-logs,clean,status,schema} ...")
		return 1
	default:
		c.errorf("%s is not simulated", verb)
		return 1
	}
}

// cloudStatus is one `cloud-init status`.
type cloudStatus struct {
	*call
	release    cloudRelease
	wait, long bool
	json       bool
}

func (s *cloudStatus) parse(args []string) bool {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if value, ok := strings.CutPrefix(arg, "--format="); ok {
			arg, args = "--format", append([]string{value}, args...)
		}
		switch {
		case arg == "-w" || arg == "--wait":
			s.wait = true
		case arg == "-l" || arg == "--long":
			s.long = true
		case arg == "--format" && s.release.late && len(args) > 0 && (args[0] == "json" || args[0] == "tabular"):
			s.json, args = args[0] == "json", args[1:]
		default: // as Python's argparse
			fmt.Fprintf(s.stderr, "usage: cloud-init [-h] [--version] [--debug] [--force] {init,modules,single,query,features,analyze,devel,collect-logs,clean,status,schema} ...\ncloud-init: error: unrecognized arguments: %s\n", arg)
			return false
		}
	}
	return true
}

// run prints the status; the exit codes are documented:
// https://docs.cloud-init.io/en/latest/explanation/failure_states.html
func (s *cloudStatus) run() int {
	if s.wait {
		for s.word() == "running" || s.word() == s.notRun() {
			_ = s.printf(".")
			s.sleep(250 * time.Millisecond)
			if !s.work(1) {
				return exitKilled
			}
		}
		_ = s.printf("\n")
	}
	s.print()
	switch c := s.m.cloud; {
	case s.word() == "error":
		return 1
	case s.word() == "done" && c != nil && len(c.Recoverable) > 0:
		return s.release.degraded
	}
	return 0
}

func (s *cloudStatus) notRun() string {
	if s.release.late {
		return "not started"
	}
	return "not run"
}

// word is the status at present.
func (s *cloudStatus) word() string {
	switch c := s.m.cloud; {
	case c == nil || s.time().Before(c.Start):
		if s.booted() {
			return "done"
		}
		return s.notRun()
	case s.time().Before(c.Start.Add(c.Duration)) && !c.Done:
		return "running"
	case len(c.Errors) > 0:
		return "error"
	}
	return "done"
}

// booted says whether cloud-init is through with a machine that has no user data.
func (s *cloudStatus) booted() bool {
	return s.m.cloud == nil && s.time().Sub(s.m.boot) >= CloudInitAfter
}

func (s *cloudStatus) print() {
	word, c := s.word(), s.m.cloud
	extended, detail := word, s.release.source
	var errs, recoverable []string
	updated := s.m.boot
	if c != nil && word != "running" {
		errs, recoverable, updated = c.Errors, c.Recoverable, c.Start.Add(c.Duration)
	}
	if len(recoverable) > 0 && word == "done" {
		extended = "degraded done"
	}
	if word == "running" {
		detail = "Running in stage: modules-final"
	}
	date := updated.UTC().Format(time.RFC1123Z)
	switch {
	case s.json:
		s.printJSON(word, extended, detail, date, errs, recoverable)
	case !s.long:
		_ = s.printf("status: %s\n", word)
	case !s.release.late:
		if len(errs) > 0 {
			detail = strings.Join(errs, "\n")
		}
		_ = s.printf("status: %s\ntime: %s\ndetail:\n%s\n", word, date, detail)
	default:
		_ = s.printf("status: %s\nextended_status: %s\nboot_status_code: enabled-by-generator\nlast_update: %s\ndetail: %s\n", word, extended, date, detail)
		printList(s.stdout, "errors:", errs, "[]")
		if len(recoverable) > 0 {
			printList(s.stdout, "recoverable_errors:\nWARNING:", recoverable, "")
		} else {
			_ = s.printf("recoverable_errors: {}\n")
		}
	}
}

func printList(w io.Writer, title string, items []string, none string) {
	if len(items) == 0 {
		fmt.Fprintln(w, title, none)
		return
	}
	fmt.Fprintln(w, title)
	for _, item := range items {
		fmt.Fprintf(w, "\t- %s\n", item)
	}
}

func (s *cloudStatus) printJSON(word, extended, detail, date string, errs, recoverable []string) {
	warnings := map[string][]string{}
	if len(recoverable) > 0 {
		warnings["WARNING"] = recoverable
	}
	data, _ := json.MarshalIndent(map[string]any{
		"boot_status_code": "enabled-by-generator", "datasource": "ec2", "detail": detail, "errors": append([]string{}, errs...),
		"extended_status": extended, "last_update": date, "recoverable_errors": warnings, "stage": nil, "status": word,
	}, "", "  ")
	_ = s.printf("%s\n", data)
}
