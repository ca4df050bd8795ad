package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/groundwatch/groundwatch/internal/remote"
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

// groupsWithin is how long a shell waits at most for the names of log groups (people feel more than that), and groupsOffered how many it
// is given.
const (
	groupsWithin  = 300 * time.Millisecond
	groupsOffered = 200
)

// offerGroups makes shells complete arguments with names of log groups beside files. Where nobody answers in time, files are left.
func (p *Program) offerGroups(f *remoteFlags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), groupsWithin)
		defer cancel()
		c, err := remote.Open(ctx, f.o, p.Env)
		if err != nil || strings.ContainsAny(begun, "*?[\\") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var names []string
		for g, err := range c.Groups(ctx, begun+"*") {
			if err != nil || len(names) == groupsOffered {
				break
			}
			names = append(names, aws.ToString(g.LogGroupName))
		}
		return names, cobra.ShellCompDirectiveDefault
	}
}
