package cli

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/groundwatch/groundwatch/internal/app"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

func (p *Program) serve() *cobra.Command {
	var cfg config.Server
	var file string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Runs the server: CloudWatch Logs behind AWS's own API. What is acknowledged is on disk. Each setting is a flag, an
environment variable GROUNDWATCH_<FLAG>, or a line of the file of --config, in this order.`,
		Example: `  groundwatch serve
  groundwatch serve --data /var/lib/groundwatch --listen 0.0.0.0:4586 --keys-file keys.yaml --tls-cert cert.pem --tls-key key.pem
  groundwatch serve --test --listen 127.0.0.1:0`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			idle := p.idleWithTest(cmd.Flags())
			if file != "" {
				if err := config.Apply(cmd.Flags(), file, cmd.Flags().Changed); err != nil {
					return &exitError{ExitUsage, err}
				}
			}
			if cfg.Test && idle != "" {
				return usage("--test and --%s: found both, want one: a server for tests has account %s and keeps everything in memory", idle, config.TestAccount)
			}
			return p.runServer(cmd.Context(), &cfg)
		},
	}
	cfg.Bind(cmd.Flags(), defaultData(p.Env))
	cmd.Flags().StringVar(&file, "config", "", "YAML file with settings, named as the flags")
	offer(cmd, "auth", config.Auths()...)
	for _, name := range []string{"listen", "allow-host", "account", "region", "s3-endpoint", "syslog", "syslog-tls"} {
		offer(cmd, name)
	}
	_ = cmd.MarkFlagDirname("data") // fails only for a flag that there is not
	_ = cmd.MarkFlagDirname("export-dir")
	return cmd
}

// idleWithTest names a flag that was given and that test, wherever it is set, leaves without effect; "" if there is none. What the
// environment and the file say is for servers of all kinds.
func (p *Program) idleWithTest(flags *pflag.FlagSet) string {
	for _, name := range []string{"account", "data"} {
		if flags.Changed(name) && !p.fromEnv[name] {
			return name
		}
	}
	return ""
}

// defaultData returns the folder of data that belongs to a user: XDG's.
func defaultData(env func(string) string) string {
	if env == nil {
		return "~/.local/share/groundwatch" // as the reference shows it
	}
	if dir := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "groundwatch")
	}
	if home := env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "groundwatch")
	}
	return "groundwatch-data"
}

func (p *Program) runServer(ctx context.Context, cfg *config.Server) error {
	if err := cfg.Check(); err != nil {
		return &exitError{ExitUsage, err}
	}
	if cfg.Test {
		cfg.Data = "" // no folder is told of that is none
	}
	s, err := app.Open(ctx, app.Options{Config: *cfg, Now: p.Now, Events: p.serverEvents(), Version: p.Version})
	if err != nil {
		return err
	}
	where := "in " + cfg.Data
	if cfg.Test {
		where = "in memory, until it stops"
	}
	p.note("serving %s, data %s", s.URL(), where)
	if !p.flags.quiet && s.URL() == "http://"+config.DefaultListen {
		p.note(`point AWS's tools here with: eval "$(groundwatch env)"`)
	}
	return s.Run(ctx)
}

// serverEvents returns where the server's events go: to standard error, on a terminal as tail shows them.
func (p *Program) serverEvents() io.Writer {
	if _, tty := p.stderrTTY(); !tty || p.flags.errorFormat == "json" {
		return p.Stderr
	}
	zone, err := p.zone()
	if err != nil {
		return p.Stderr
	}
	return &eventScreen{to: p.Stderr, line: eventline.New(eventline.Options{Zone: zone, Colour: p.colour()})}
}

// An eventScreen shows events that come as lines of JSON to people. Writes are whole lines.
type eventScreen struct {
	mu    sync.Mutex
	to    io.Writer
	line  *eventline.Line
	times logtime.Parser
}

func (s *eventScreen) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []byte
	for line := range bytes.Lines(lines) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		ev := &eventline.Event{Message: line}
		ev.Time, ev.HasTime = s.times.JSON(line, logtime.Field{})
		out = s.line.Append(out, ev)
	}
	if _, err := s.to.Write(out); err != nil {
		return 0, err
	}
	return len(lines), nil
}
