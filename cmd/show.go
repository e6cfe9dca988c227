package cmd

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
)

func newShowCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "show SELECTOR | ID...",
		Short: "Show all that is known of instances",
		Long: `Shows each instance in full: state and its reason, network, image, tags, and what Systems Manager knows of its agent. Where
Systems Manager cannot reach it, it says why, as far as the APIs tell, and what to check.

Changes nothing. Costs the same calls as muster ls.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster show web-1\n  muster show role=web --output json",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runShow(c.Context(), env, args) },
	}
}

func runShow(ctx context.Context, env *Env, args []string) error {
	selector, err := env.selectorToRead(args)
	if err != nil {
		return err
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{Nodes: true})
	if err != nil {
		return err
	}
	if len(listing.Instances)+len(listing.Missing) == 0 {
		return noMatch("show", selector)
	}
	err = env.print(showOutput(scope.Region(), listing, env.resourceTime(ctx, scope.Config)))
	if err != nil {
		return err
	}
	if len(listing.Missing) > 0 {
		return missingError("show", listing.Missing)
	}
	return nil
}

// showOutput is what is known of instances in all forms.
func showOutput(region string, listing fleet.Listing, now time.Time) output {
	value := listingJSON(region, listing)
	for i, instance := range listing.Instances {
		if listing.NodesErr == nil {
			value.Instances[i].Unreachable = unreachableOf(instance, now)
		}
	}
	return output{
		value:  value,
		rows:   detailTable(value, listing),
		people: func(w io.Writer) error { return printDetails(w, value, listing) },
	}
}

// printDetails writes one block of lines for each instance. What is not known has no line.
func printDetails(w io.Writer, value lsJSON, listing fleet.Listing) error {
	var b strings.Builder
	for n, i := range listing.Instances {
		if n > 0 {
			b.WriteByte('\n')
		}
		for _, line := range details(i, value.Instances[n].Unreachable, listing.NodesErr) {
			if line.value != "" {
				fmt.Fprintf(&b, "%-12s %s\n", printable(line.label), printable(line.value))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// detailTable has a row for each line, with the id before it.
func detailTable(value lsJSON, listing fleet.Listing) *table {
	t := newTable("ID", "WHAT", "VALUE")
	for n, i := range listing.Instances {
		for _, line := range details(i, value.Instances[n].Unreachable, listing.NodesErr) {
			if line.value != "" {
				t.add(i.ID, line.label, line.value)
			}
		}
	}
	return t
}

type detail struct{ label, value string }

func details(i fleet.Instance, out *unreachableJSON, nodesErr error) []detail {
	lines := []detail{
		{"id", i.ID},
		{"name", i.Name},
		{"state", string(i.State)},
		{"reason", i.StateReason},
		{"changed", i.TransitionReason},
		{"launched", timeText(i.LaunchTime)},
		{"type", i.Type},
		{"lifecycle", i.Lifecycle},
		{"platform", i.Platform},
		{"architecture", i.Architecture},
		{"image", i.ImageID},
		{"key", i.KeyName},
		{"profile", i.ProfileARN},
		{"metadata", metadataText(i.Metadata)},
		{"hibernation", map[bool]string{true: "configured"}[i.Hibernation]},
		{"zone", i.Zone},
		{"vpc", i.VPCID},
		{"subnet", i.SubnetID},
		{"private ip", i.PrivateIP},
		{"public ip", i.PublicIP},
		{"ssm", nodeText(i.Node, nodesErr)},
	}
	if out != nil {
		lines = append(lines, detail{"unreachable", out.Why})
		for _, text := range out.Check {
			lines = append(lines, detail{"check", text})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(i.Tags)) {
		lines = append(lines, detail{"tag", key + "=" + i.Tags[key]})
	}
	return lines
}

func nodeText(n fleet.Node, err error) string {
	switch {
	case err != nil:
		return "?"
	case n.Ping == "":
		return "no agent is registered"
	}
	text := string(n.Ping)
	if !n.LastPing.IsZero() {
		text += ", last heard of " + timeText(n.LastPing)
	}
	if n.AgentVersion != "" {
		text += ", agent " + n.AgentVersion
	}
	if n.PlatformName != "" {
		text += ", " + strings.TrimSpace(n.PlatformName+" "+n.PlatformVersion)
	}
	return text
}

// metadataText says how the metadata service answers the instance.
func metadataText(m fleet.Metadata) string {
	if m.Endpoint == "" {
		return ""
	}
	text := m.Endpoint
	if m.Endpoint == "enabled" {
		text = fmt.Sprintf("tokens %s, hop limit %d, tags %s", m.Tokens, m.HopLimit, m.Tags)
	}
	if m.State == "pending" {
		text += " (pending)"
	}
	return text
}
