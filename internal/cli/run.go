package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/app"
	"github.com/groundwatch/groundwatch/internal/config"
)

func (p *Program) run() *cobra.Command {
	var events bool
	cfg := config.Defaults("")
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command, such as a test suite, with a server of its own",
		Long: `Starts a server that keeps everything in memory, runs a command with the environment that sends AWS's SDKs and command
line to it, stops the server and exits as the command did. SIGINT and SIGTERM are passed on to the command. Servers do not get in
each other's way.`,
		Example: `  groundwatch run -- go test ./...
  groundwatch run -- sh -c 'aws logs describe-log-groups'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("which command? groundwatch run -- go test ./...")
			}
			return p.runBeside(cmd.Context(), cfg, args, events)
		},
	}
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().StringVar(&cfg.ExportDir, "export-dir", "", "folder of the buckets that events are exported to: NAME is the folder NAME in it")
	_ = cmd.MarkFlagDirname("export-dir") // fails only for a flag that there is not
	cmd.Flags().BoolVar(&events, "events", false, "show the server's own events on standard error")
	return cmd
}

// runBeside runs a command beside a server.
func (p *Program) runBeside(ctx context.Context, cfg config.Server, args []string, events bool) error {
	cfg.Test, cfg.Listen = true, "127.0.0.1:0"
	if err := cfg.Check(); err != nil {
		return err
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	ctx = context.WithoutCancel(ctx) // from here on the command decides, and the server outlives it
	out := io.Discard
	if events {
		out = p.serverEvents()
	}
	s, err := app.Open(ctx, app.Options{Config: cfg, Now: p.Now, Events: out, Version: p.Version})
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(serving) }()
	command := exec.CommandContext(serving, args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = p.Stdin, p.Stdout, p.Stderr
	command.Env = os.Environ()
	for _, v := range environment(s.URL(), cfg.Region, cfg.Account) {
		command.Env = append(command.Env, v.name+"="+v.value)
	}
	err = runPassing(command, signals, inForeground)
	stop()
	return errors.Join(commandError(err), <-ended)
}

// runPassing runs a command and passes signals on to it. It is the command that decides whether it ends. A Ctrl-C at the terminal in
// whose foreground we are has reached the command already: test runners take a second one for leave to skip their clean-up.
func runPassing(command *exec.Cmd, signals <-chan os.Signal, foreground func() bool) error {
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for {
		select {
		case s := <-signals:
			if s == os.Interrupt && foreground() {
				continue
			}
			_ = command.Process.Signal(s) // fails only if it has just ended
		case err := <-ended:
			return err
		}
	}
}

// commandError returns what makes us exit as a command did.
func commandError(err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return &exitError{ExitFailure, err}
	case exit.ExitCode() >= 0:
		return &exitError{exit.ExitCode(), nil}
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return &exitError{128 + int(status.Signal()), nil} // as shells have it
	}
	return &exitError{ExitFailure, err}
}
