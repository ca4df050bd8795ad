//go:generate go test -run TestReferenceIsCurrent -update .

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (p *Program) completion(root *cobra.Command) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion " + strings.Join(shells, "|"),
		Short: "Print a script that completes commands in your shell",
		Example: `  source <(groundwatch completion bash)
  groundwatch completion fish > ~/.config/fish/completions/groundwatch.fish`,
		ValidArgs: shells,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("which shell? one of %s", strings.Join(shells, ", "))
			}
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(p.Stdout)
			case "fish":
				return root.GenFishCompletion(p.Stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(p.Stdout)
			}
			return oneOf("shell", args[0], shells...)
		},
	}
}

// manDate is the date that man pages carry: they are made from the program, so they have its age and
// not the day's, and equal programs make equal pages.
var manDate = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (p *Program) man(root *cobra.Command) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "man [COMMAND...]",
		Short:   "Print the manual page of a command, or write all pages to a folder",
		Example: "  groundwatch man query | man -l -\n  groundwatch man --dir /usr/local/share/man/man1",
		RunE: func(_ *cobra.Command, args []string) error {
			header := &doc.GenManHeader{Title: "GROUNDWATCH", Section: "1", Source: "Groundwatch", Date: &manDate}
			root.DisableAutoGenTag = true
			if dir != "" {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					return err
				}
				return doc.GenManTree(root, header, dir)
			}
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, strings.Join(args, " "))
			}
			return doc.GenMan(cmd, header, p.Stdout)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write a page for every command to this folder")
	_ = cmd.MarkFlagDirname("dir") // fails only for a flag that there is not
	return cmd
}

// WriteReference writes one Markdown page per command to dir: docs/reference/cli.
func (p *Program) WriteReference(dir string) error {
	root := p.root()
	root.DisableAutoGenTag = true
	var write func(c *cobra.Command) error
	write = func(c *cobra.Command) error {
		if c.Name() == "help" && c.Parent() != root {
			return nil // cobra's own, which help of root covers
		}
		var page bytes.Buffer
		if err := doc.GenMarkdown(c, &page); err != nil {
			return err
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "_") + ".md"
		if err := os.WriteFile(filepath.Join(dir, name), page.Bytes(), 0o666); err != nil {
			return err
		}
		for _, sub := range c.Commands() {
			if err := write(sub); err != nil {
				return err
			}
		}
		return nil
	}
	return write(root)
}

func (p *Program) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			if p.flags.output == "json" {
				return json.NewEncoder(p.Stdout).Encode(map[string]string{
					"version": p.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			_, err := fmt.Fprintf(p.Stdout, "groundwatch %s (%s, %s/%s)\n", p.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
