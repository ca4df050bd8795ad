package cli

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// offer makes shells complete a flag with the values that it takes, and not with files. Without values there is nothing
// to complete: it takes a text, a time or a number.
func offer(cmd *cobra.Command, flag string, values ...string) {
	offerOf(cmd, flag, func(*cobra.Command) []string { return values })
}

// offerOf is offer with values that depend on the command that is typed.
func offerOf(cmd *cobra.Command, flag string, values func(*cobra.Command) []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return values(cmd), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	})
	if err != nil {
		panic("BUG: " + err.Error())
	}
}

// offerNoFiles does so for all flags of numbers and durations of cmd and the commands below it.
func offerNoFiles(cmd *cobra.Command) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains([]string{"int", "int64", "uint64", "duration"}, f.Value.Type()) {
			offer(cmd, f.Name)
		}
	})
	for _, sub := range cmd.Commands() {
		offerNoFiles(sub)
	}
}
