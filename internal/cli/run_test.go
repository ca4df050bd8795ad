package cli

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

func TestRunPassesSignalsOn(t *testing.T) {
	const ready = "echo ready; while :; do sleep 0.05; done"
	tests := []struct {
		name, script string
		signal       os.Signal
		code         int // -1 means that all went well
		foreground   bool
	}{
		{"a command that ends well on SIGTERM", "trap 'exit 0' TERM; " + ready, syscall.SIGTERM, -1, false},
		{"one that does so on SIGINT", "trap 'exit 0' INT; " + ready, os.Interrupt, -1, false},
		{"one that has a code of its own", "trap 'exit 7' TERM; trap 'exit 8' INT; " + ready, syscall.SIGTERM, 7, false},
		{"one that dies of SIGTERM", "trap '' INT; " + ready, syscall.SIGTERM, 143, false},
		{"SIGTERM to one in the foreground of a terminal", "trap 'exit 0' TERM; " + ready, syscall.SIGTERM, -1, true},
	}
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, os.Interrupt) // a shell cannot trap what is ignored when it starts, as SIGINT may be where the tests run
	defer signal.Stop(heard)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "sh", "-c", test.script)
			said, stdout := io.Pipe()
			command.Stdout = stdout
			signals, ended := make(chan os.Signal, 1), make(chan error, 1)
			go func() { ended <- runPassing(command, signals, func() bool { return test.foreground }) }()
			if _, err := bufio.NewReader(said).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			signals <- test.signal
			err := commandError(<-ended)
			exit, _ := errors.AsType[*exitError](err)
			if test.code < 0 && err != nil || test.code >= 0 && (exit == nil || exit.code != test.code) {
				t.Errorf("it ended with %v, want code %d", err, test.code)
			}
		})
	}
}

func TestCtrlCReachesCommandsOnce(t *testing.T) {
	command := exec.CommandContext(t.Context(), "sh", "-c", "trap 'echo twice; exit 1' INT; trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done")
	said, stdout := io.Pipe()
	command.Stdout = stdout
	signals, ended := make(chan os.Signal), make(chan error, 1)
	go func() { ended <- runPassing(command, signals, func() bool { return true }) }()
	if _, err := bufio.NewReader(said).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	signals <- os.Interrupt // the terminal has sent it to the command too
	signals <- syscall.SIGTERM
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v, want SIGTERM alone passed on", err)
	}
}
