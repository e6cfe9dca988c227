package cmd

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/fleet/command"
)

func newDocumentCommand(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "document",
		Short: "Look at Command documents",
		Long: `Lists the documents that muster run --document runs, and shows what one of them takes and does. Changes nothing.

EXIT STATUS
` + exitHelp(ExitDone, ExitUsage),
		Example: "  muster document ls --all",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDocumentLsCommand(env), newDocumentShowCommand(env))
	return c
}

func newDocumentLsCommand(env *Env) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "ls [PREFIX]",
		Short: "List Command documents",
		Long: `Lists the account's own Command documents by name, or with --all those of AWS and those that are shared with it as well.
PREFIX is how the names begin.

Changes nothing. Costs one SSM call for each 50 documents.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied),
		Example: "  muster document ls\n  muster document ls --all AWS-Run",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return runDocumentLs(c.Context(), env, strings.Join(args, ""), all)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "list AWS's documents and shared ones, too")
	return c
}

func runDocumentLs(ctx context.Context, env *Env, prefix string, all bool) error {
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	items, err := command.ListDocuments(ctx, scope.Config, prefix, all)
	if err != nil {
		return err
	}
	rows := newTable("NAME", "OWNER", "VERSION", "SCHEMA", "PLATFORMS", "CREATED")
	for _, d := range items {
		rows.add(d.Name, d.Owner, d.Version, d.Schema, strings.Join(d.Platforms, ","), timeText(d.Created))
	}
	return env.print(output{value: items, rows: rows})
}

func newDocumentShowCommand(env *Env) *cobra.Command {
	var version string
	c := &cobra.Command{
		Use:   "show NAME",
		Short: "Show what a Command document takes and does",
		Long: `Shows a document's parameters, each with its type, its default and what it may be, and its steps: the default version,
or that of --version. --output json has the scripts of the steps as well.

Changes nothing. Costs one SSM call, or two for a document in a form that muster does not read; then its steps are not
shown.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied),
		Example: "  muster document show AWS-RunShellScript\n  muster document show AWS-RunShellScript --version '$LATEST' --output json",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return runDocumentShow(c.Context(), env, args[0], version)
		},
	}
	c.Flags().StringVar(&version, "version", "", "version to show: a number, '$LATEST' or '$DEFAULT' (the default)")
	return c
}

// documentJSON is what document show prints with --output json.
type documentJSON struct {
	Name        string                       `json:"name"`
	Version     string                       `json:"version"`
	Schema      string                       `json:"schema"`
	Description string                       `json:"description"`
	Platforms   []string                     `json:"platforms"`
	Parameters  map[string]documentParameter `json:"parameters"`
	Steps       []documentStep               `json:"steps"`
}

type documentParameter struct {
	Type        string   `json:"type"`
	Description string   `json:"description,omitempty"`
	Required    bool     `json:"required"`
	Default     []string `json:"default,omitempty"`
	Allowed     string   `json:"allowed,omitempty"`
}

type documentStep struct {
	Name         string              `json:"name"`
	Action       string              `json:"action"`
	Precondition map[string][]string `json:"precondition,omitempty"`
	Inputs       []map[string]any    `json:"inputs"`
}

func documentToJSON(d command.Document) documentJSON {
	out := documentJSON{Name: d.Name, Version: d.Version, Schema: d.Content.SchemaVersion, Description: d.Content.Description,
		Platforms: d.Platforms, Parameters: map[string]documentParameter{}, Steps: []documentStep{}}
	for name, p := range d.Content.Parameters {
		out.Parameters[name] = documentParameter{p.Type, p.Description, p.Default == nil, p.Default, allowedText(p)}
	}
	for _, s := range d.Content.Steps {
		out.Steps = append(out.Steps, documentStep{s.Name, s.Action, s.Precondition, s.Inputs})
	}
	return out
}

// allowedText says what a value may be, but for its type.
func allowedText(p documents.Parameter) string {
	var rules []string
	if len(p.AllowedValues) > 0 {
		rules = append(rules, orList(p.AllowedValues))
	}
	if p.AllowedPattern != "" {
		rules = append(rules, "pattern "+p.AllowedPattern)
	}
	for _, r := range []struct {
		bound       int
		limit, what string
	}{{p.MinItems, "at least", "item"}, {p.MaxItems, "at most", "item"}, {p.MinChars, "at least", "character"}, {p.MaxChars, "at most", "character"}} {
		if r.bound > 0 {
			rules = append(rules, r.limit+" "+count(r.bound, r.what))
		}
	}
	return strings.Join(rules, ", ")
}

func runDocumentShow(ctx context.Context, env *Env, name, version string) error {
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	document, err := command.FetchDocument(ctx, scope.Config, name, version)
	if err != nil {
		return err
	}
	shown := documentToJSON(document)
	return env.print(output{value: shown, people: func(w io.Writer) error { return printDocument(w, shown) }})
}

func printDocument(w io.Writer, d documentJSON) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, version %s, schema %s, for %s\n", printable(d.Name), d.Version, d.Schema, orUnknown(strings.Join(d.Platforms, ", ")))
	if d.Description != "" {
		fmt.Fprintf(&b, "%s\n", visible(d.Description))
	}
	if _, err := io.WriteString(w, b.String()+"\n"); err != nil {
		return err
	}
	parameters := newTable("PARAMETER", "TYPE", "DEFAULT", "ALLOWED", "DESCRIPTION")
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		p := d.Parameters[name]
		standard := strings.Join(p.Default, ",")
		if p.Required {
			standard = "(required)"
		}
		parameters.add(name, p.Type, standard, p.Allowed, p.Description)
	}
	if err := parameters.print(w, false); err != nil {
		return err
	}
	steps := newTable("STEP", "PLUGIN", "ONLY IF")
	for _, s := range d.Steps {
		steps.add(s.Name, s.Action, strings.Join(s.Precondition["StringEquals"], " is "))
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return steps.print(w, false)
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown platforms"
	}
	return text
}
