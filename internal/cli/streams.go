package cli

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

func (p *Program) streams() *cobra.Command {
	var f remoteFlags
	cmd := &cobra.Command{Use: "streams", Short: "List, make and delete log streams", Args: onlyCommands, RunE: showHelp}
	f.add(cmd)
	cmd.AddCommand(p.streamsList(&f), p.streamsCreate(&f), p.streamsDelete(&f))
	return cmd
}

func (p *Program) streamsList(f *remoteFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "ls GROUP [GLOB]",
		Short: "List log streams: those with the newest events first, or by name if the glob says how names begin",
		Example: `  groundwatch streams ls /labels/web
  groundwatch streams ls /labels/web 'host-*'
  groundwatch streams ls /labels/web -o csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("which streams? groundwatch streams ls /labels/web 'host-*'")
			}
			return remotely(p.listStreams(cmd.Context(), f, args[0], strings.Join(args[1:], "")))
		},
	}
}

func (p *Program) listStreams(ctx context.Context, f *remoteFlags, group, glob string) error {
	if remote.IsGlob(group) {
		return usage("found the glob %s, want the name of one log group; groundwatch groups ls %q shows which fit", group, group)
	}
	if err := remote.CheckGlob(glob); err != nil {
		return &exitError{ExitUsage, err}
	}
	c, err := p.client(ctx, f)
	if err != nil {
		return err
	}
	l, err := p.listing("logStreamName", "firstEventTimestamp", "lastEventTimestamp", "lastIngestionTime", "creationTime")
	if err != nil {
		return err
	}
	for s, err := range c.Streams(ctx, group, glob) {
		if remote.Code(err) == "ResourceNotFoundException" {
			err = p.missing(ctx, c, &remote.MissingError{Group: group}, "")
		}
		if err != nil {
			return err
		}
		if err := l.add(text(s.LogStreamName), moment(s.FirstEventTimestamp), moment(s.LastEventTimestamp), moment(s.LastIngestionTime), moment(s.CreationTime)); err != nil {
			return err
		}
	}
	if l.rows == 0 {
		p.note("%s", noneOf("log stream", glob, group))
	}
	return l.close()
}

func (p *Program) streamsCreate(f *remoteFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "create GROUP NAME...",
		Short:   "Make log streams",
		Example: "  groundwatch streams create /labels/web host-3\n  groundwatch streams create /labels/web host-4 host-5\n  groundwatch streams create /labels/web 2026/11/21/host-6",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage("which stream? groundwatch streams create /labels/web host-1")
			}
			c, err := p.client(cmd.Context(), f)
			if err != nil {
				return err
			}
			return p.forEach(c, args[1:], "made log stream", func(name string) error {
				_, err := c.Logs.CreateLogStream(cmd.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String(args[0]), LogStreamName: aws.String(name)})
				return err
			})
		},
	}
}

func (p *Program) streamsDelete(f *remoteFlags) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "delete GROUP NAME...",
		Short:   "Delete log streams with all their events",
		Example: "  groundwatch streams delete /labels/web host-3 --yes\n  groundwatch streams delete /labels/web host-4 host-5 --yes\n  groundwatch streams delete /labels/web 2026/11/21/host-6 --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) < 2:
				return usage("which stream? groundwatch streams delete /labels/web host-1 --yes")
			case !yes:
				return usage("this deletes all events of %s for good; if that is meant, add --yes", output.Visible(strings.Join(args[1:], ", ")))
			}
			c, err := p.client(cmd.Context(), f)
			if err != nil {
				return err
			}
			return p.forEach(c, args[1:], "deleted log stream", func(name string) error {
				_, err := c.Logs.DeleteLogStream(cmd.Context(), &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String(args[0]), LogStreamName: aws.String(name)})
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "really delete")
	return cmd
}
