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
		return []string{"EC2 has no room for all of them: --or-type TYPE tries another type, --subnets spread other zones"}
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

// settingHints says what settings there are.
func settingHints(e *launch.SettingError) []string {
	keys := launch.SettingKeys()
	switch {
	case e.Problem != "":
		return nil
	case e.Setting.Key == "subnet-id" || e.Setting.Key == "subnet":
		return []string{"where instances go is said by --subnets ID,…"}
	}
	for _, key := range keys {
		if strings.Contains(key, e.Setting.Key) {
			return []string{"did you mean " + key + "?"}
		}
	}
	return []string{"there are: " + strings.Join(keys, " ")}
}

// selectorHints says how to write what was meant.
func selectorHints(e *fleet.SelectorError) []string {
	if e.Kind == fleet.SeveralSelectors {
		return []string{
			"a comma is AND: env=dev,role=web; only ids may be several arguments: i-… i-…",
			"a selector with blanks is one argument, in quotes for the shell: 'role=web or role=db'",
		}
	}
	hint := selectorHint(e)
	if hint == "" {
		return nil
	}
	return []string{hint}
}

func selectorHint(e *fleet.SelectorError) string {
	const examples = "such as web-*, role=web, state=running, i-0123456789abcdef0 or all"
	switch e.Kind {
	case fleet.NoSelector, fleet.EmptySelector:
		return "name the machines, " + examples
	case fleet.EmptyTerm, fleet.EmptyKey, fleet.EmptyValue, fleet.EmptyParentheses:
		return "is a variable unset? A selector has KEY=VALUE between its commas; any value is KEY=?*"
	case fleet.AnyValue:
		return "is a variable unset? Every machine is called all; any value at all is " + anyValueOf(e.Key) + "=?*"
	case fleet.UnknownKey:
		return unknownKeyHint(e)
	case fleet.UnknownTemplate:
		return "is it in this region? aws ec2 describe-launch-templates lists them"
	case fleet.UnknownSaved, fleet.BadSavedName:
		return savedHint
	case fleet.NotSupported:
		return notSupportedHint(e)
	case fleet.Contradiction, fleet.AlwaysTrue, fleet.SeveralIDs, fleet.AllWithMore, fleet.SavedCycle:
		return logicHint(e)
	case fleet.BareKey, fleet.BadAge, fleet.BadOperator:
		return comparisonHint(e)
	}
	return formHint(e)
}

// anyValueOf is how a key is typed: a tag like one of muster's own keys in its long form would be, which shortKey cut off.
func anyValueOf(key string) string {
	if key == "Name" {
		return "name"
	}
	return key
}

const savedHint = "a saved selector is a line like web = role=web,state=running in the file muster/selectors of ~/.config (or XDG_CONFIG_HOME)"

// logicHint answers selectors that are well formed and cannot be meant.
func logicHint(e *fleet.SelectorError) string {
	switch e.Kind {
	case fleet.SeveralIDs:
		return "a comma is AND; several ids are several arguments: i-… i-…"
	case fleet.AlwaysTrue:
		return "to leave out several values: KEY not in (A,B), or a comma instead of or; every machine is called all"
	case fleet.AllWithMore:
		return "all stands alone; leave it out to select by the rest"
	case fleet.SavedCycle:
		return "write one of them out"
	}
	if e.Key == "" {
		return "a comma is AND; for one or the other write or"
	}
	return "a comma is AND; for one of several values: KEY in (A,B)"
}

// comparisonHint answers the comparisons that other languages have.
func comparisonHint(e *fleet.SelectorError) string {
	const ages = "older=7d is at least 7 days old, newer=2h less than 2 hours; units are m, h, d and w"
	switch e.Kind {
	case fleet.BadAge:
		return ages
	case fleet.BareKey:
		return "write KEY=VALUE; > and < are the shell's, which may have taken the rest and written a file: " +
			"older=7d, newer=2h. A machine of that name is name=" + e.Text
	}
	if e.Key != "" {
		return ages
	}
	switch e.Text {
	case "<", ">":
		return ages + `; as part of a name or a value: \` + e.Text
	case "==":
		return `one equals sign is enough: role=web; a value that begins with one: role=\=web`
	case "=~":
		return `there are no regular expressions; * stands for any characters, ? for one; a value that begins with ~: \~`
	case "&&":
		return `AND is a comma: role=web,env=dev; as part of a name or a value: \&\&`
	case "||":
		return `OR is the word or: role=web or role=db; as part of a name or a value: \|\|`
	case "!":
		return `write not role=web, or role!=web; a name that begins with it: \!`
	}
	return `as part of a value: \!=`
}

// formHint answers mistakes in how a selector is written.
func formHint(e *fleet.SelectorError) string {
	switch e.Kind {
	case fleet.MalformedID:
		return "a name that begins with i- is written tag:Name=" + e.Text
	case fleet.BadList:
		return `a list is written role in (web,db), or role not in (web,db); the plain word is \in`
	case fleet.BlankInList:
		return `between values stands a comma; a value with a blank is written in quotes: "a b"`
	case fleet.MissingOperator:
		return "between conditions stands a comma, and, or or; a value with blanks or parentheses is written in quotes"
	case fleet.Unbalanced:
		return `a plain parenthesis is written \( or stands in quotes`
	case fleet.TooLong:
		return "many ids are several arguments, many values a list: KEY in (A,B)"
	case fleet.WildcardInKey:
		return `a backslash makes it a plain character: \*`
	case fleet.WildcardInTemplate:
		return "several templates are written launched-by in (A,B)"
	case fleet.WildcardInQuotes:
		return `write a wildcard outside the quotes: "web 1"*, and the plain character as \*`
	case fleet.QuoteInside, fleet.OpenQuote:
		return `a quote that is part of a name or a value is written \' or \"`
	case fleet.LoneBackslash:
		return `a backslash that is part of the value is written \\`
	}
	return ""
}

func unknownKeyHint(e *fleet.SelectorError) string {
	tag := "a tag of that name is written tag:" + e.Text + "="
	switch e.Key {
	case "":
		return "a name with a colon is written tag:Name=" + e.Text + ":…, a tag tag:KEY=VALUE"
	case "tag":
		return "did you mean tag:KEY=VALUE? " + tag
	case "or", "and", "not", "in", "all":
		return e.Key + " is a word of selectors; " + tag
	}
	return "did you mean " + e.Key + "=? " + tag
}

func notSupportedHint(e *fleet.SelectorError) string {
	if key, isKey := strings.CutSuffix(e.Text, "="); isKey {
		return "a tag of that name is written tag:" + key + "="
	}
	return `where it is part of a name or a value, put a backslash before it: \` + e.Text
}
