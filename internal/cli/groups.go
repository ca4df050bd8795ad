package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

func (p *Program) groups() *cobra.Command {
	var f remoteFlags
	cmd := &cobra.Command{Use: "groups", Short: "List, make and delete log groups", Args: onlyCommands, RunE: showHelp}
	f.add(cmd)
	cmd.AddCommand(p.groupsList(&f), p.groupsCreate(&f), p.groupsDelete(&f))
	return cmd
}

func (p *Program) groupsList(f *remoteFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "ls [GLOB]",
		Short: "List log groups by name",
		Example: `  groundwatch groups ls
  groundwatch groups ls '/aws/lambda/*' -o json
  groundwatch groups ls --profile prod --region eu-west-1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("found %d arguments, want one glob; quote it, so that the shell leaves it alone", len(args))
			}
			return remotely(p.listGroups(cmd.Context(), f, strings.Join(args, "")))
		},
	}
}

func (p *Program) listGroups(ctx context.Context, f *remoteFlags, glob string) error {
	if err := remote.CheckGlob(glob); err != nil {
		return &exitError{ExitUsage, err}
	}
	c, err := p.client(ctx, f)
	if err != nil {
		return err
	}
	l, err := p.listing("logGroupName", "retentionInDays", "storedBytes", "logGroupClass", "creationTime")
	if err != nil {
		return err
	}
	for g, err := range c.Groups(ctx, glob) {
		if err != nil {
			return err
		}
		if err := l.add(text(g.LogGroupName), number(g.RetentionInDays), number(g.StoredBytes), column.StringValue(string(g.LogGroupClass)), moment(g.CreationTime)); err != nil {
			return err
		}
	}
	if l.rows == 0 {
		p.note("%s", noneOf("log group", glob, c.Region()))
	}
	return l.close()
}

func (p *Program) groupsCreate(f *remoteFlags) *cobra.Command {
	var retention int32
	var class string
	cmd := &cobra.Command{
		Use:     "create NAME...",
		Short:   "Make log groups",
		Example: "  groundwatch groups create /labels/mail --retention 30\n  groundwatch groups create /labels/a /labels/b\n  groundwatch groups create /audit/rare --class INFREQUENT_ACCESS",
		RunE: func(cmd *cobra.Command, args []string) error {
			classes := groupClasses()
			switch {
			case len(args) == 0:
				return usage("which group? groundwatch groups create /labels/web")
			case !slices.Contains(classes, class):
				return oneOf("--class", class, classes...)
			}
			c, err := p.client(cmd.Context(), f)
			if err != nil {
				return err
			}
			return p.forEach(c, args, "made log group", func(name string) error {
				_, err := c.Logs.CreateLogGroup(cmd.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(name), LogGroupClass: types.LogGroupClass(class)})
				if err == nil && retention != 0 {
					_, err = c.Logs.PutRetentionPolicy(cmd.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String(name), RetentionInDays: aws.Int32(retention)})
				}
				return err
			})
		},
	}
	cmd.Flags().Int32Var(&retention, "retention", 0, "days that events are kept; 0 means for ever")
	cmd.Flags().StringVar(&class, "class", string(types.LogGroupClassStandard), "class of the group: "+strings.Join(groupClasses(), ", "))
	offer(cmd, "retention", "1", "3", "7", "14", "30", "90", "365")
	offer(cmd, "class", groupClasses()...)
	return cmd
}

func groupClasses() []string {
	var names []string
	for _, c := range types.LogGroupClass("").Values() {
		names = append(names, string(c))
	}
	return names
}

func (p *Program) groupsDelete(f *remoteFlags) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "delete NAME...",
		Short:   "Delete log groups with all their events",
		Example: "  groundwatch groups delete /labels/web --yes\n  groundwatch groups delete /labels/a /labels/b --yes\n  groundwatch groups delete /audit/rare --yes --error-format json",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("which group? groundwatch groups delete /labels/web --yes")
			case !yes:
				return usage("this deletes all events of %s for good; if that is meant, add --yes", output.Visible(strings.Join(args, ", ")))
			}
			c, err := p.client(cmd.Context(), f)
			if err != nil {
				return err
			}
			return p.forEach(c, args, "deleted log group", func(name string) error {
				_, err := c.Logs.DeleteLogGroup(cmd.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(name)})
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "really delete")
	return cmd
}
