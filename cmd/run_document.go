package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/fleet/command"
)

// documentFlags say which document to run in place of shell text.
type documentFlags struct {
	name, version string
	params        []string // each NAME=VALUE
}

func (f *documentFlags) addFlags(set *pflag.FlagSet) {
	set.StringVar(&f.name, "document", "", "run the Command document `NAME` in place of a shell command")
	set.StringVar(&f.version, "document-version", "", "run this `VERSION` of it: a number, $DEFAULT or $LATEST (default $DEFAULT)")
	set.StringArrayVar(&f.params, "param", nil, "give it this parameter, `NAME=VALUE`; repeat it for others (a list: NAME=A,B or a JSON array)")
}

func (f documentFlags) given() bool { return f.name != "" }

// check refuses flags that mean nothing together, before AWS is asked.
func (f documentFlags) check(o *runOptions) error {
	switch {
	case !f.given() && (f.version != "" || len(f.params) > 0):
		return usageErrorf("run: --document-version and --param are for --document")
	case !f.given():
		return nil
	case o.scriptGiven || len(o.words) > 0:
		return usageError(errors.New("run: both --document and a command or script"), "give one of them; a command is a parameter of the document: --param commands=uptime")
	case o.timeoutGiven:
		return usageError(errors.New("run: --timeout with --document"), "a document says itself how long it may run, some by a parameter: --param executionTimeout=600")
	}
	for _, p := range f.params {
		if name, _, ok := strings.Cut(p, "="); !ok || name == "" {
			return usageErrorf("run: --param %s: it is NAME=VALUE", p)
		}
	}
	return nil
}

// fetchDocument reads the document, if there is one, and checks the parameters.
func (o *runOptions) fetchDocument(ctx context.Context, cfg aws.Config, request *command.Request) error {
	if !o.document.given() {
		return nil
	}
	document, err := command.FetchDocument(ctx, cfg, o.document.name, o.document.version)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	request.Document = document
	if request.Parameters, err = o.document.values(document); err != nil {
		return err
	}
	return o.requestError(request.Check())
}

// values are the parameters as the API takes them: each a list of texts. Only a StringList can have several.
func (f documentFlags) values(document command.Document) (map[string][]string, error) {
	values := map[string][]string{}
	for _, p := range f.params {
		name, text, _ := strings.Cut(p, "=")
		if document.Content.Parameters[name].Type == "StringList" {
			items, err := listItems(text)
			if err != nil {
				return nil, usageErrorf("run: --param %s: %w", name, err)
			}
			values[name] = append(values[name], items...)
			continue
		}
		if _, twice := values[name]; twice {
			return nil, usageErrorf("run: --param %s is given twice, and is no list", name)
		}
		values[name] = []string{text}
	}
	return values, nil
}

// listItems reads a list: a JSON array of strings, or what stands between commas.
func listItems(text string) ([]string, error) {
	if !strings.HasPrefix(text, "[") {
		return strings.Split(text, ","), nil
	}
	var items []string
	if err := json.Unmarshal([]byte(text), &items); err != nil {
		return nil, fmt.Errorf("it begins with [ but is no JSON array of strings: %w", err)
	}
	return items, nil
}

// parametersError says which parameter does not fit, and how to see what the document takes.
func (f documentFlags) parametersError(refused *command.RequestError) error {
	err := fmt.Errorf("run: document %s: %s", f.name, refused.Problem)
	return usageError(err, "muster document show "+f.name+" lists its parameters")
}

// whatRuns describes a plan's script or document, lines of a plan for people.
func whatRuns(plan command.Plan) string {
	if plan.Document == command.ShellDocument && len(plan.Parameters) > 0 && plan.DocumentVersion == "" {
		return fmt.Sprintf("  script     %s\n", indentRest(visible(strings.TrimRight(plan.Script(), "\n")), planIndent))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  document   %s\n", printable(strings.TrimSpace(plan.Document+", version "+plan.DocumentVersion)))
	title := "parameters"
	for _, name := range slices.Sorted(maps.Keys(plan.Parameters)) {
		value := strings.Join(plan.Parameters[name], "\n")
		fmt.Fprintf(&b, "  %-10s %s = %s\n", title, name, indentRest(visible(value), planIndent+strings.Repeat(" ", len(name)+3)))
		title = ""
	}
	return b.String()
}

// planIndent is where the values of a plan's lines begin.
const planIndent = "             "
