package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree makes files in a new folder, which becomes the working directory.
func tree(t *testing.T, paths ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, p := range paths {
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(p), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFind checks which files arguments stand for.
func TestFind(t *testing.T) {
	const task = "11111111-2222-3333-4444-555555555555"
	tree(t, "a.log", "b.log.gz", "logs/c.log", "logs/d.txt", "logs/deep/e.log", "logs/.hidden", "logs/_SUCCESS",
		"logs/.git/config", "logs/_temporary/x", "logs/aws-logs-write-test", "app-2024[1].log", "export/"+task+"/s-1/000000.gz")
	if err := os.Symlink("a.log", "link.log"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("logs", "linked"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		args     string
		want     string
		problems string
	}{
		{"a file", "a.log", "a.log", ""},
		{"files in the order given, each once", "logs/c.log a.log ./a.log link.log logs/c.log", "logs/c.log a.log", ""},
		{"a folder, sorted", "logs", "logs/c.log logs/d.txt logs/deep/e.log",
			"logs: left out .git, .hidden, _SUCCESS, … (5 times)"},
		{"a folder with a slash", "logs/deep/", "logs/deep/e.log", ""},
		{"a link to a folder", "linked/deep", "linked/deep/e.log", ""},
		{"a hidden file that is named", "logs/.hidden logs/_SUCCESS", "logs/.hidden logs/_SUCCESS", ""},
		{"a glob", "*.log", "a.log app-2024[1].log", ""},
		{"a glob in a folder", "logs/*.log", "logs/c.log", ""},
		{"any number of folders", "logs/**/*.log", "logs/c.log logs/deep/e.log", "logs/**/*.log: left out .git, _temporary (2 times)"},
		{"everything below, links to folders not followed", "l*/deep/**", "logs/deep/e.log", ""},
		{"a class", "[ac].lo[g]*", "a.log", ""},
		{"a name that looks like a glob", "app-2024[1].log", "app-2024[1].log", ""},
		{"a file that is not there", "nope.log", "", "nope.log: no such file or directory"},
		{"a glob that matches nothing", "*.nope", "", "*.nope: no file matches"},
		{"a malformed glob", "logs/[a", "", `logs/[a: malformed pattern "[a"`},
		{"standard input, once", "- a.log -", "- a.log", ""},
		{"the rest goes on", "nope.log a.log", "a.log", "nope.log: no such file or directory"},
		{"overlapping arguments", "logs/deep/e.log logs/**/*.log", "logs/deep/e.log logs/c.log", "logs/**/*.log: left out .git, _temporary (2 times)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inputs, problems := Find(strings.Fields(tt.args))
			var got, told []string
			for _, in := range inputs {
				got = append(got, in.Path)
			}
			for _, p := range problems {
				told = append(told, p.String())
			}
			diff(t, "paths", got, strings.Fields(tt.want))
			if got := strings.Join(told, "; "); got != tt.problems {
				t.Errorf("Find(%q) problems = %q, want %q", tt.args, got, tt.problems)
			}
		})
	}
	t.Run("sizes", func(t *testing.T) {
		inputs, _ := Find([]string{"a.log", "-"})
		if inputs[0].Size != 5 || inputs[1].Size != -1 {
			t.Errorf("Find sizes = %d, %d, want 5, -1", inputs[0].Size, inputs[1].Size)
		}
	})
}

// TestNames checks what log and stream a path stands for.
func TestNames(t *testing.T) {
	const task = "0d4c8d56-9f86-4c2b-9a2e-2d3a4b5c6d7e"
	for _, tt := range []struct{ name, path, log, stream string }{
		{"standard input", "-", "-", "-"},
		{"a file alone", "app.log", "app.log", "app.log"},
		{"a file in a folder", "var/log/app.log", "var/log", "app.log"},
		{"a file at a place", "/var/log/app.log", "/var/log", "app.log"},
		{"an export", "dl/exports/" + task + "/2018-03-29-[$LATEST]ab/000000.gz", "exports", "2018-03-29-[$LATEST]ab"},
		{"an export, unpacked", "exports/" + task + "/s/000012", "exports", "s"},
		{"an export at the root", "/" + task + "/s/000000.gz", task, "s"},
		{"not six digits", "exports/" + task + "/s/0001.gz", "exports/" + task + "/s", "0001.gz"},
		{"not a task", "exports/" + task[:35] + "/s/000000.gz", "exports/" + task[:35] + "/s", "000000.gz"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if log, stream := namesOf(tt.path); log != tt.log || stream != tt.stream {
				t.Errorf("namesOf(%q) = %q, %q, want %q, %q", tt.path, log, stream, tt.log, tt.stream)
			}
		})
	}
}

// TestMatchParts checks patterns with any number of folders.
func TestMatchParts(t *testing.T) {
	for _, tt := range []struct {
		pattern, path string
		want          bool
	}{
		{"**", "a", true},
		{"**", "a/b/c", true},
		{"**/c", "c", true},
		{"**/c", "a/b/c", true},
		{"**/c", "a/b/cc", false},
		{"a/**/c", "a/c", true},
		{"a/**/c", "a/x/c/y/c", true},
		{"a/**/b/**/c", "a/b/x/b/c", true},
		{"a/**/b/**/c", "a/x/c", false},
		{"a/*", "a/b/c", false},
		{"*/b", "b", false},
		{strings.Repeat("**/", 30) + "z", strings.Repeat("a/", 60) + "y", false},
	} {
		if got := matchParts(strings.Split(tt.pattern, "/"), strings.Split(tt.path, "/")); got != tt.want {
			t.Errorf("matchParts(%q, %q) = %t, want %t", tt.pattern, tt.path, got, tt.want)
		}
	}
}
