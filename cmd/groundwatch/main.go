// Command groundwatch asks questions of log files, and is a log server.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/groundwatch/groundwatch/internal/cli"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	listenNoMore(ctx, stop)
	p := &cli.Program{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Env: os.Getenv, Now: time.Now, Version: version,
	}
	os.Exit(p.Run(ctx, os.Args[1:]))
}

// oneSignal is how long signals count as the first one: timeout(1) sends SIGTERM twice, and a Ctrl-C that a terminal sends to all is
// passed on by make and npm once more.
const oneSignal = 200 * time.Millisecond

// listenNoMore calls stop when the first signal, which ends ctx, is over: the second Ctrl-C ends the program at once.
func listenNoMore(ctx context.Context, stop func()) {
	context.AfterFunc(ctx, func() { time.AfterFunc(oneSignal, stop) })
}
