package cmd

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/spf13/cobra"

	"github.com/musterhq/muster/mock"
)

// formatCase is a command whose result is printed in every format. testdata/formats has a file for each: what it prints with
// each --output, and what --query finds.
type formatCase struct {
	name  string
	args  []string
	query string
	code  int
}

// formatCases must have one for every command, and one for every plan.
func formatCases() []formatCase {
	return []formatCase{
		{"document-ls", []string{"document", "ls", "--all"}, "[].name", ExitDone},
		{"document-show", []string{"document", "show", "AWS-RunShellScript"}, "parameters.commands.type", ExitDone},
		{"explain", []string{"explain", "run", "role=web", "--", "uptime"}, "calls[].[call, atLeast, atMost]", ExitDone},
		{"console", []string{"console", "web-1"}, "length(output) > `0`", ExitDone},
		{"events", []string{"events"}, "length(events)", ExitDone},
		{"hibernate", []string{"hibernate", "all", "--yes"}, "results[].outcome", ExitPartial},
		{"launch", []string{"launch", "web", "--client-token", "once", "--count", "2", "--wait", "ssm"}, "results[].instance.id", ExitDone},
		{"launch-plan", []string{"launch", "web", "--name", "x", "--dry-run"}, "template.[name,version]", ExitDone},
		{"ls", []string{"ls"}, "instances[?state=='running'].{id: id, name: name, ssm: ssm.ping}", ExitDone},
		{"mock-advance", []string{"--mock", "mock", "advance", "1h"}, "clock.now", ExitDone},
		{"mock-fault", []string{"--mock", "mock", "fault", "ec2:StopInstances", "--throttle", "--times", "2"}, "[].action", ExitDone},
		{"mock-imds", []string{"mock", "imds", "--endpoint-url", "http://mock.invalid"}, "[].url", ExitDone},
		{"mock-reset", []string{"--mock", "mock", "reset"}, "health.status", ExitDone},
		{"mock-status", []string{"--mock", "mock", "status"}, "clock", ExitDone},
		{"patch-install", []string{"patch", "install", "all", "--dry-run"}, "batches[].targets[].name", ExitDone},
		{"patch-report", []string{"patch", "report"}, "instances[].patches[].title", ExitDone},
		{"patch-scan", []string{"patch", "scan", "all", "--dry-run"}, "[action, document]", ExitDone},
		{"patch-status", []string{"patch", "status"}, "instances[].{id: id, compliance: compliance}", ExitDone},
		{"protect", []string{"protect", "all"}, "results[].outcome", ExitDone},
		{"protect-plan", []string{"protect", "all", "--dry-run"}, "instances[].plan", ExitDone},
		{"reboot", []string{"reboot", "web-1"}, "results[].outcome", ExitDone},
		{"resize", []string{"resize", "web-*", "--type", "t3.large", "--stop", "--yes"}, "results[].[type, outcome]", ExitDone},
		{"resize-plan", []string{"resize", "all", "--type", "t3.large", "--dry-run"}, "instances[].[plan, why]", ExitDone},
		{"run", []string{"run", "all", "--", "hostname; ls /nothing"}, "[?event=='node'].[name, exitCode]", ExitPartial},
		{"run-plan", []string{"run", "all", "--dry-run", "--", "hostname"}, "batches[].targets[].id", ExitDone},
		{"show", []string{"show", "web-1"}, "instances[0].tags", ExitDone},
		{"start", []string{"start", "all"}, "results[].[id, outcome]", ExitDone},
		{"stop", []string{"stop", "all", "--yes"}, "results[].{id: id, state: state}", ExitDone},
		{"stop-plan", []string{"stop", "all", "--dry-run"}, "instances[?plan=='change'].id", ExitDone},
		{"template-diff", []string{"template", "diff", "web"}, "changes[].[property, old, new]", ExitDifferences},
		{"template-ls", []string{"template", "ls"}, "[].name", ExitDone},
		{"template-show", []string{"template", "show", "web"}, "properties.InstanceType", ExitDone},
		{"tag", []string{"tag", "all", "env=prod"}, "results[].outcome", ExitDone},
		{"tag-plan", []string{"tag", "all", "env=prod", "--dry-run"}, "change", ExitDone},
		{"terminate", []string{"terminate", "all", "--yes"}, "length(results)", ExitDone},
		{"unprotect", []string{"unprotect", "all", "--yes"}, "results[].outcome", ExitDone},
		{"untag", []string{"untag", "all", "role"}, "results[].outcome", ExitDone},
		{"version", []string{"version"}, "type(platform)", ExitDone},
	}
}

func TestEveryCommandPrintsEveryFormat(t *testing.T) {
	for _, tt := range formatCases() {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			for _, format := range outputFormats() {
				printFormat(t, &b, tt, "-o", format)
			}
			printFormat(t, &b, tt, "--query", tt.query)
			printFormat(t, &b, tt, "--query", tt.query, "-o", "text")
			golden(t, "formats/"+tt.name+".txt", b.String())
		})
	}
}

// printFormat runs a command on a fleet of its own and adds what it prints.
func printFormat(t *testing.T, b *strings.Builder, tt formatCase, flags ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cryptotest.SetGlobalRandom(t, 1)
		home := t.TempDir()
		server := mixedFleet(t)
		var stdout, stderr bytes.Buffer
		env := &Env{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
			Getenv: func(name string) string { return map[string]string{"HOME": home}[name] },
		}
		env.HTTP = server.Config().HTTPClient
		if !strings.HasPrefix(tt.name, "mock") {
			env.AWS = func(context.Context) (aws.Config, error) { return server.Config(), nil }
		}
		fmt.Fprintf(b, "$ muster %s\n", shellLine(splice(tt.args, flags)))
		if code := Main(splice(tt.args, flags), env); code != tt.code {
			t.Errorf("%q: exit %d, want %d\n%s", flags, code, tt.code, stderr.String())
		}
		b.WriteString(steady(strings.ReplaceAll(stdout.String(), home, "~")) + "\n")
	})
}

// splice puts flags before "--", or at the end.
func splice(args, flags []string) []string {
	at := slices.Index(args, "--")
	if at < 0 {
		at = len(args)
	}
	return slices.Insert(slices.Clone(args), at, flags...)
}

// steady replaces what changes with every operation that the mock learns, and with the toolchain.
func steady(text string) string {
	text = regexp.MustCompile(`\b(ec2|ssm|sts|imds)(["',:\t ]+)\d+`).ReplaceAllString(text, "$1${2}N")
	return regexp.MustCompile(`go1\.\S*\d|(linux|darwin|windows)/\w+|\(devel\)|v0\.0\.0\S*\w`).ReplaceAllString(text, "X")
}

// mixedFleet has instances that run and one that is stopped, with a name that wants to be escaped, and a template.
func mixedFleet(t *testing.T) *mock.Server {
	t.Helper()
	b := newBench(t, noDelay(), mock.Group{Count: 2, Name: "web-#", Tags: map[string]string{"role": "web"}},
		mock.Group{Count: 1, Name: "a, \"b\"\tc: x", Tags: map[string]string{"on": "yes"}})
	if _, err := b.server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
		t.Fatal(err)
	}
	_, err := ec2.NewFromConfig(b.server.Config()).CreateLaunchTemplateVersion(t.Context(), &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateName: new("web"), SourceVersion: new("1"), LaunchTemplateData: &ec2types.RequestLaunchTemplateData{
			InstanceType: ec2types.InstanceTypeT3Small, UserData: new("IyEvYmluL3NoCg=="),
			TagSpecifications: []ec2types.LaunchTemplateTagSpecificationRequest{{ResourceType: ec2types.ResourceTypeInstance,
				Tags: []ec2types.Tag{{Key: new("role"), Value: new("web")}}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.expect(ExitDone, "stop", "web-2", "--wait")
	return b.server
}

// TestEveryCommandIsPrintedInEveryFormat finds commands that formatCases forgot.
func TestEveryCommandIsPrintedInEveryFormat(t *testing.T) {
	others := []string{
		"muster",            // help
		"muster mock",       // help
		"muster patch",      // help
		"muster template",   // help
		"muster demo",       // refuses --output
		"muster mock serve", // does not end; see TestServedAddressIsPrintedInEveryFormat
	}
	walk(newRootCommand(silent(nil)), func(c *cobra.Command) {
		words := strings.Fields(strings.TrimPrefix(c.CommandPath(), "muster"))
		known := func(tt formatCase) bool {
			args := slices.DeleteFunc(slices.Clone(tt.args), func(arg string) bool { return arg == "--mock" })
			return len(args) >= len(words) && slices.Equal(args[:len(words)], words)
		}
		if !slices.Contains(others, c.CommandPath()) && !slices.ContainsFunc(formatCases(), known) {
			t.Errorf("%s: formatCases has none of it", c.CommandPath())
		}
	})
}

func TestServedAddressIsPrintedInEveryFormat(t *testing.T) {
	want := map[string]string{
		"table": "http://x\n", "json": "{\n  \"url\": \"http://x\"\n}\n", "yaml": "url: http://x\n",
		"text": "http://x\n", "csv": "URL\nhttp://x\n",
	}
	for _, format := range outputFormats() {
		var b strings.Builder
		env := &Env{Stdout: &b}
		if err := env.flags.output.Set(format); err != nil {
			t.Fatal(err)
		}
		if err := env.printServed("http://x"); err != nil || b.String() != want[format] {
			t.Errorf("%s: got %q, %v; want %q", format, b.String(), err, want[format])
		}
	}
}

func TestTheDemoHasNoFormats(t *testing.T) {
	for _, flags := range [][]string{{"-o", "json"}, {"--query", "a"}} {
		env := silent(nil)
		if code := Main(append([]string{"demo"}, flags...), env); code != ExitUsage {
			t.Errorf("%q: exit %d", flags, code)
		}
	}
}
