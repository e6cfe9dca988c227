package cmd

import (
	"fmt"
	"strings"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
)

// launchHints says what to do about the errors that a launch meets most.
func launchHints(code string) []string {
	switch code {
	case "InsufficientInstanceCapacity":
		return []string{"EC2 has no room for all of them in that zone: fewer with --count, or a template with another type or zone"}
	case "VcpuLimitExceeded", "InstanceLimitExceeded", "MaxSpotInstanceCountExceeded":
		return []string{"the account's quota is used up: terminate instances, or ask for more: aws service-quotas"}
	case "IdempotentParameterMismatch":
		return []string{"this client token belongs to a launch with other flags; leave --client-token out to launch anew"}
	case "IdempotentInstanceTerminated":
		return []string{"the instances of this client token are terminated; leave --client-token out to launch anew"}
	}
	return nil
}

func templateHints(e *launch.TemplateError) []string {
	if len(e.Known) == 0 {
		return []string{"is it in this region? aws ec2 describe-launch-templates lists them"}
	}
	return []string{"in this region there are: " + firstOf(e.Known)}
}

func versionHints(e *launch.VersionError) []string {
	if e.Latest == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the latest version is %d, the default %d", e.Latest, e.Default)}
}

// selectorHints says how to write what was meant.
func selectorHints(e *fleet.SelectorError) []string {
	const examples = "such as web-*, role=web, state=running, i-0123456789abcdef0 or all"
	switch e.Kind {
	case fleet.NoSelector, fleet.EmptySelector:
		return []string{"name the machines, " + examples}
	case fleet.EmptyTerm, fleet.EmptyKey, fleet.EmptyValue:
		return []string{"is a variable unset? A selector has KEY=VALUE between its commas; any value is KEY=*"}
	case fleet.SeveralSelectors:
		return []string{"a comma is AND: env=dev,role=web; only ids may be several arguments: i-… i-…"}
	case fleet.SeveralIDs:
		return []string{"a comma is AND; several ids are several arguments: i-… i-…"}
	case fleet.Contradiction:
		return []string{"a comma is AND; OR is not supported yet: give one command for each"}
	case fleet.AllWithMore:
		return []string{"all stands alone; leave it out to select by the rest"}
	case fleet.MalformedID:
		return []string{"a name that begins with i- is written tag:Name=" + e.Text}
	case fleet.UnknownKey:
		return []string{unknownKeyHint(e)}
	case fleet.NotSupported:
		return []string{notSupportedHint(e)}
	case fleet.WildcardInKey:
		return []string{`a backslash makes it a plain character: \*`}
	case fleet.LoneBackslash:
		return []string{`a backslash that is part of the value is written \\`}
	}
	return nil
}

func unknownKeyHint(e *fleet.SelectorError) string {
	tag := "a tag of that name is written tag:" + e.Text + "="
	switch e.Key {
	case "":
		return "a name with a colon is written tag:Name=" + e.Text + ":…, a tag tag:KEY=VALUE"
	case "tag":
		return "did you mean tag:KEY=VALUE? " + tag
	}
	return "did you mean " + e.Key + "=? " + tag
}

func notSupportedHint(e *fleet.SelectorError) string {
	if key, isKey := strings.CutSuffix(e.Text, "="); isKey && e.Text != "!=" {
		return "a tag of that name is written tag:" + key + "="
	}
	return `where it is part of a name or a value, put a backslash before it: \` + e.Text
}
