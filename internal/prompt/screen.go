package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/term"
)

// A tty is a Screen that is a terminal of the operating system.
type tty struct{ in, out *os.File }

// OnTerminal returns the screen that in and out are, or nil if they are none.
func OnTerminal(in, out any) Screen {
	i, isFile := in.(*os.File)
	o, areFiles := out.(*os.File)
	if !isFile || !areFiles || !term.IsTerminal(int(i.Fd())) || !term.IsTerminal(int(o.Fd())) {
		return nil
	}
	return &tty{i, o}
}

// Raw implements Screen.
func (t *tty) Raw() (restore func() error, err error) {
	before, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return nil, err
	}
	return func() error { return term.Restore(int(t.in.Fd()), before) }, nil
}

// Size implements Screen.
func (t *tty) Size() (width, height int, err error) { return term.GetSize(int(t.out.Fd())) }

// HistoryFile returns where the history is kept: groundwatch/history in the XDG state folder; "" if there is no home.
func HistoryFile(env func(string) string) string {
	if dir := env("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "groundwatch", "history")
	}
	if home := env("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "groundwatch", "history")
	}
	return ""
}

// Editor returns what lets people edit a text with $VISUAL, $EDITOR or vi on their terminal.
func Editor(env func(string) string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, text string) (edited string, err error) {
		name := env("VISUAL")
		if name == "" {
			name = env("EDITOR")
		}
		if name == "" {
			name = "vi"
		}
		dir, err := os.MkdirTemp("", "groundwatch-query-*")
		if err != nil {
			return "", fmt.Errorf("edit query: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		file := filepath.Join(dir, "query.cwli")
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			return "", fmt.Errorf("edit query: %w", err)
		}
		editor := exec.CommandContext(ctx, "sh", "-c", name+` "$1"`, "sh", file) // a name may have arguments
		editor.Stdin, editor.Stdout, editor.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := editor.Run(); err != nil {
			return "", fmt.Errorf("edit query with %s: %w", name, err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("edit query: %w", err)
		}
		return string(data), nil
	}
}
