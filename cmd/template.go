package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet/launch"
)

func newTemplateCommand(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "template",
		Short: "Look at launch templates",
		Long: `Lists launch templates, shows what a version of one launches, and compares two. Changes nothing.

EXIT STATUS
` + exitHelp(ExitDone, ExitUsage),
		Example: "  muster template ls",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newTemplateLsCommand(env), newTemplateShowCommand(env), newTemplateDiffCommand(env))
	return c
}

func newTemplateLsCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "ls",
		Short: "List launch templates",
		Long: `Lists the launch templates of the region by name, with their versions. Changes nothing. Costs one EC2 call for each 200.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied),
		Example: "  muster template ls\n  muster template ls --output json",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runTemplateLs(c.Context(), env) },
	}
}

// templateItem is a launch template in the output of template ls.
type templateItem struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Default   int64             `json:"default"`
	Latest    int64             `json:"latest"`
	Created   time.Time         `json:"created"`
	CreatedBy string            `json:"createdBy,omitempty"`
	Tags      map[string]string `json:"tags"`
}

func runTemplateLs(ctx context.Context, env *Env) error {
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	templates, err := launch.New(scope.Config).Templates(ctx)
	if err != nil {
		return err
	}
	items := make([]templateItem, len(templates))
	rows := newTable("NAME", "ID", "DEFAULT", "LATEST", "CREATED", "TAGS")
	for i, t := range templates {
		items[i] = templateItem{t.ID, t.Name, t.Default, t.Latest, t.Created.UTC(), t.CreatedBy, t.Tags}
		rows.add(t.Name, t.ID, t.Default, t.Latest, timeText(t.Created), tagsText(t.Tags))
	}
	return env.print(output{value: items, rows: rows})
}

func tagsText(tags map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, key+"="+tags[key])
	}
	return strings.Join(list, ",")
}

// templateShowOptions are the flags of template show and template diff.
type templateShowOptions struct {
	version  string
	userData bool
}

const userDataHelp = "print the user data, which may hold secrets, in place of its size and digest"

func newTemplateShowCommand(env *Env) *cobra.Command {
	var o templateShowOptions
	c := &cobra.Command{
		Use:   "show TEMPLATE",
		Short: "Show what a launch template launches",
		Long: `Shows all that a version of a launch template says: the default version, or that of --version. The names are those of
EC2's API. User data is shown by its size and digest, because it may hold secrets.

Changes nothing. Costs one EC2 call.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied),
		Example: "  muster template show web\n  muster template show web --version '$Latest' --output json",
		Args:    args(cobra.ExactArgs(1)),
		RunE:    func(c *cobra.Command, args []string) error { return runTemplateShow(c.Context(), env, o, args[0]) },
	}
	c.Flags().StringVar(&o.version, "version", "", "version to show: a number, '$Latest' or '$Default' (the default)")
	c.Flags().BoolVar(&o.userData, "user-data", false, userDataHelp)
	return c
}

// templateVersion is a version of a template in the output of template show and template diff.
type templateVersion struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Version     int64             `json:"version"`
	Default     bool              `json:"default"`
	Description string            `json:"description,omitempty"`
	Created     time.Time         `json:"created"`
	CreatedBy   string            `json:"createdBy,omitempty"`
	Properties  map[string]string `json:"properties,omitempty"`
}

func versionJSON(v launch.Version, properties []launch.Property) templateVersion {
	out := templateVersion{v.TemplateID, v.TemplateName, v.Number, v.Default, v.Description, v.Created.UTC(), v.CreatedBy, map[string]string{}}
	for _, p := range properties {
		out.Properties[p.Path] = p.Value
	}
	return out
}

func runTemplateShow(ctx context.Context, env *Env, o templateShowOptions, template string) error {
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	v, err := launch.New(scope.Config).Version(ctx, template, o.version)
	if err != nil {
		return err
	}
	properties, err := launch.Properties(v.Data, o.userData)
	if err != nil {
		return err
	}
	t := newTable("PROPERTY", "VALUE")
	for _, d := range []detail{
		{"template", fmt.Sprintf("%s (%s)", v.TemplateName, v.TemplateID)}, {"version", versionTitle(v)},
		{"description", v.Description}, {"created", timeText(v.Created)}, {"created by", v.CreatedBy},
	} {
		t.add(d.label, d.value)
	}
	for _, p := range properties {
		t.add(p.Path, p.Value)
	}
	return env.print(output{value: versionJSON(v, properties), rows: t})
}

func versionTitle(v launch.Version) string {
	if v.Default {
		return fmt.Sprintf("%d, the default", v.Number)
	}
	return fmt.Sprint(v.Number)
}

func newTemplateDiffCommand(env *Env) *cobra.Command {
	var o templateShowOptions
	c := &cobra.Command{
		Use:   "diff TEMPLATE[:VERSION] [TEMPLATE]:VERSION",
		Short: "Compare two versions of launch templates",
		Long: `Compares what two versions launch, of one template or of two: web:1 :2, or web db:'$Latest'. A version is a number,
$Latest or $Default, which it is where none is given. With one argument the default version is compared with the latest.

Exits with 6 where they differ, with 0 where they say the same. Changes nothing. Costs two EC2 calls.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied, ExitDifferences),
		Example: "  muster template diff web\n  muster template diff web:1 :'$Latest'",
		Args:    args(cobra.RangeArgs(1, 2)),
		RunE:    func(c *cobra.Command, args []string) error { return runTemplateDiff(c.Context(), env, o, args) },
	}
	c.Flags().BoolVar(&o.userData, "user-data", false, userDataHelp)
	return c
}

// diffSides reads the arguments of template diff: a template and a version for each side.
func diffSides(args []string) (sides [2][2]string, err error) {
	from, fromVersion, _ := strings.Cut(args[0], ":")
	sides[0] = [2]string{from, fromVersion}
	if len(args) == 1 {
		if fromVersion != "" {
			return sides, usageErrorf("template diff: one side has no version to compare %s with: add :VERSION as a second argument", args[0])
		}
		sides[1] = [2]string{from, "$Latest"}
		return sides, nil
	}
	to, toVersion, versioned := strings.Cut(args[1], ":")
	if to == "" && versioned {
		to = from
	}
	sides[1] = [2]string{to, toVersion}
	return sides, nil
}

// templateDiff is what template diff prints with --output json.
type templateDiff struct {
	From    templateVersion  `json:"from"`
	To      templateVersion  `json:"to"`
	Changes []templateChange `json:"changes"`
}

type templateChange struct {
	Property string `json:"property"`
	Old      string `json:"old,omitempty"`
	New      string `json:"new,omitempty"`
}

func runTemplateDiff(ctx context.Context, env *Env, o templateShowOptions, args []string) error {
	sides, err := diffSides(args)
	if err != nil {
		return err
	}
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	launcher := launch.New(scope.Config)
	var versions [2]launch.Version
	for i, side := range sides {
		if versions[i], err = launcher.Version(ctx, side[0], side[1]); err != nil {
			return err
		}
	}
	changes, err := launch.Changes(versions[0].Data, versions[1].Data, o.userData)
	if err != nil {
		return err
	}
	if err := env.printTemplateDiff(versions, changes); err != nil {
		return err
	}
	if len(changes) > 0 {
		return withExit(ExitDifferences, fmt.Errorf("template diff: %s", count(len(changes), "difference")))
	}
	return nil
}

func (env *Env) printTemplateDiff(versions [2]launch.Version, changes []launch.Change) error {
	out := templateDiff{From: versionJSON(versions[0], nil), To: versionJSON(versions[1], nil), Changes: []templateChange{}}
	title := func(v launch.Version) string { return strings.ToUpper(fmt.Sprintf("%s:%d", v.TemplateName, v.Number)) }
	rows := newTable("PROPERTY", title(versions[0]), title(versions[1]))
	for _, c := range changes {
		out.Changes = append(out.Changes, templateChange{c.Path, c.Old, c.New})
		rows.add(c.Path, c.Old, c.New)
	}
	return env.print(output{value: out, rows: rows})
}
