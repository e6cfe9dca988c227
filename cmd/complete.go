package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
)

// addCompletions lets the shell complete the selectors of every command that takes one, and the formats. Nothing of it asks
// AWS: a key that is pressed must be answered at once.
func (env *Env) addCompletions(root *cobra.Command) error {
	for _, c := range root.Commands() {
		if strings.Contains(c.Use, "SELECTOR") && c.ValidArgsFunction == nil {
			c.ValidArgsFunction = env.completeSelector
		}
	}
	return root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputFormats(), cobra.ShellCompDirectiveNoFileComp))
}

// completeSelector completes the first argument. Ids, which may be several, are not known without a call.
func (env *Env) completeSelector(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	saved, err := env.readSaved()
	if err != nil {
		saved = nil // a mistake in the file is told when a selector is used
	}
	words := fleet.Complete(typed, slices.Sorted(maps.Keys(saved)))
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if slices.ContainsFunc(words, func(word string) bool { return strings.HasSuffix(word, "=") || strings.HasSuffix(word, ":") }) {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return words, directive
}
