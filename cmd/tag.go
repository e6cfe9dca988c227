package cmd

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/settings"
)

func newTagCommand(env *Env) *cobra.Command {
	return newTaggingCommand(env, false, &cobra.Command{
		Use:     "tag SELECTOR KEY=VALUE... | ID... KEY=VALUE...",
		Short:   "Set tags of instances",
		Long:    `Sets tags: adds those that an instance lacks and changes the values of those that it has. KEY= is a tag with an empty value.`,
		Example: "  muster tag role=web env=prod owner=shop --dry-run\n  muster tag web-1 owner= --attached",
	})
}

func newUntagCommand(env *Env) *cobra.Command {
	return newTaggingCommand(env, true, &cobra.Command{
		Use:     "untag SELECTOR KEY... | ID... KEY...",
		Short:   "Remove tags of instances",
		Long:    `Removes tags: by KEY whatever the value is, by KEY=VALUE only where it is this one. KEY= removes a tag whose value is empty.`,
		Example: "  muster untag role=web owner --dry-run\n  muster untag web-1 env=dev --attached",
	})
}

// tagOptions are the flags of tag and untag.
type tagOptions struct {
	guardFlags
	attached bool
}

func newTaggingCommand(env *Env, remove bool, c *cobra.Command) *cobra.Command {
	var o tagOptions
	c.Long += `

The selector is the first argument, or several ids; the rest are tags. Prints one result for each instance; one that EC2 refuses
does not fail the others. A resource can have 50 tags. Those of AWS (aws:…) cannot be changed.

Costs one EC2 call to find the instances and one to change tags, each for each 1,000.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted)
	c.Args = args(cobra.MinimumNArgs(1))
	c.RunE = func(c *cobra.Command, args []string) error { return runTag(c.Context(), env, remove, o, args) }
	o.addFlags(c.Flags())
	c.Flags().BoolVar(&o.attached, "attached", false, "the volumes and network interfaces of the instances, too")
	return c
}

// instanceID is what is an id, and cannot be a tag that is removed by its key.
var instanceID = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`)

// splitTags divides the arguments: one selector, or ids, then tags.
func splitTags(args []string) (selector, tags []string) {
	n := 1
	for n < len(args) && instanceID.MatchString(args[0]) && instanceID.MatchString(args[n]) {
		n++
	}
	return args[:n], args[n:]
}

func runTag(ctx context.Context, env *Env, remove bool, o tagOptions, args []string) error {
	verb := map[bool]string{false: "tag", true: "untag"}[remove]
	selectors, tags := splitTags(args)
	selector, err := env.selector(selectors)
	if err != nil {
		return err
	}
	if len(tags) == 0 {
		return usageError(errors.New(verb+": no tag is named"), "the first argument says which machines, the others which tags: muster "+verb+" web-1 env=prod")
	}
	change, err := settings.ParseTags(tags, remove)
	if err != nil {
		return usageError(err)
	}
	change.Attached = o.attached
	what := verb + " " + strings.Join(tags, " ")
	if o.attached {
		what += ", with volumes and interfaces"
	}
	return env.runSettings(ctx, settingsChange{
		verb: verb, class: fleet.Acts, what: what, plan: change.Plan,
		calls: func(plan settings.Plan) []plannedCall { return tagCalls(plan, change) },
		apply: func(ctx context.Context, scope *account.Scope, plan settings.Plan) ([]settings.Result, error) {
			return settings.New(scope.Config).Tag(ctx, plan, change)
		},
	}, o.guardFlags, selector)
}

// tagCalls are the calls that carry a plan out.
func tagCalls(plan settings.Plan, change settings.TagChange) []plannedCall {
	call := plannedCall{
		action: "ec2:CreateTags", least: change.Calls(plan), most: change.Calls(plan),
		why: "the action itself, for each 1,000 resources; more where EC2 refuses one of them",
	}
	if change.Verb() == "untag" {
		call.action = "ec2:DeleteTags"
	}
	return []plannedCall{call}
}
