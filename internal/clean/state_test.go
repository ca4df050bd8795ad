package clean

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/redact"
)

// cleanedOnce returns options of a run that is done, over two inputs.
func cleanedOnce(t *testing.T) Options {
	t.Helper()
	dir := t.TempDir()
	writeInput(t, filepath.Join(dir, "in", "a.log"), issueLines)
	writeInput(t, filepath.Join(dir, "in", "b.log"), issueLines)
	o := Options{Inputs: []string{filepath.Join(dir, "in")}, Dir: filepath.Join(dir, "out"), unitBytes: 1}
	mustRun(t, o)
	return o
}

func TestSecondRunSkipsWhatIsDone(t *testing.T) {
	o := cleanedOnce(t)
	before, err := os.Stat(filepath.Join(o.Dir, "part-00000.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	o.Progress = &Progress{}
	r := mustRun(t, o)
	if r.Skipped != 2 || o.Progress.Read.Events.Load() != 0 || o.Progress.Total.Load() != 0 {
		t.Errorf("second run: skipped %d inputs, read %d events of %d bytes, want 2, 0, 0", r.Skipped, o.Progress.Read.Events.Load(), o.Progress.Total.Load())
	}
	if want := (Count{8, 2 * 396}); r.Read != want {
		t.Errorf("second run: report has %v read, want %v", r.Read, want)
	}
	after, err := os.Stat(filepath.Join(o.Dir, "part-00000.ndjson"))
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("second run: part-00000.ndjson was written again (%v)", err)
	}
}

func TestChangesAreNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, o *Options, in string)
		want   string
	}{
		{"another format", func(_ *testing.T, o *Options, _ string) { o.To = "csv" }, "--to was ndjson, now csv"},
		{"two options", func(_ *testing.T, o *Options, _ string) { o.Split, o.Dedupe = "day", true }, "--split was none, now day; --dedupe was false, now true"},
		{"other rules", func(t *testing.T, o *Options, _ string) {
			o.Redact, _ = redact.Parse(redact.Text{Text: "key a"})
		}, "the rules of --redact were others"},
		{"a new input", func(t *testing.T, _ *Options, in string) { writeInput(t, filepath.Join(in, "c.log"), "x") }, "1 input is new (IN/c.log)"},
		{"an input gone", func(_ *testing.T, _ *Options, in string) { os.Remove(filepath.Join(in, "b.log")) }, "1 input is gone (IN/b.log)"},
		{"an input longer", func(t *testing.T, _ *Options, in string) {
			writeInput(t, filepath.Join(in, "b.log"), issueLines+"x\n")
		}, "1 input is changed (IN/b.log had 500 bytes, now 502)"},
		{"an input written again", func(_ *testing.T, _ *Options, in string) {
			os.Chtimes(filepath.Join(in, "a.log"), time.Time{}, time.Unix(1, 0))
		}, "1 input is changed (IN/a.log was written again)"},
		{"two new inputs", func(t *testing.T, _ *Options, in string) {
			writeInput(t, filepath.Join(in, "c.log"), "x")
			writeInput(t, filepath.Join(in, "d.log"), "x")
		}, "2 inputs are new (IN/c.log)"},
		{"another order", func(_ *testing.T, o *Options, in string) {
			o.Inputs = []string{filepath.Join(in, "b.log"), filepath.Join(in, "a.log")}
		}, "the inputs were in another order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := cleanedOnce(t)
			in := o.Inputs[0]
			want := visible(t, o.Dir)
			tt.change(t, &o, in)
			_, err := Run(t.Context(), o)
			var changed *ChangedError
			if !errors.As(err, &changed) {
				t.Fatalf("Run: got %v, want a ChangedError", err)
			}
			if got := strings.ReplaceAll(strings.Join(changed.Changes, "; "), in, "IN"); got != tt.want {
				t.Errorf("changes: got %s, want %s", got, tt.want)
			}
			compareResults(t, "after the error", visible(t, o.Dir), want)
			o.Restart = true
			if r := mustRun(t, o); r.Skipped != 0 {
				t.Errorf("after a restart: %d inputs skipped, want 0", r.Skipped)
			}
		})
	}
}

func TestRestartDeletesOldResults(t *testing.T) {
	o := cleanedOnce(t)
	writeInput(t, filepath.Join(o.Dir, "mine.txt"), "x")
	o.Restart, o.Split = true, "day"
	mustRun(t, o)
	var names []string
	for name := range visible(t, o.Dir) {
		names = append(names, name)
	}
	if len(names) != 3 {
		t.Errorf("after a restart: %q, want mine.txt and two files in dt=2018-03-29", names)
	}
}

func TestDeletedResultIsMadeAgain(t *testing.T) {
	o := cleanedOnce(t)
	want := visible(t, o.Dir)
	if err := os.Remove(filepath.Join(o.Dir, "part-00001.ndjson")); err != nil {
		t.Fatal(err)
	}
	if r := mustRun(t, o); r.Skipped != 1 {
		t.Errorf("skipped %d inputs, want 1", r.Skipped)
	}
	compareResults(t, "again", visible(t, o.Dir), want)
}

func TestForeignFilesAreNotTouched(t *testing.T) {
	o := cleanedOnce(t)
	name := filepath.Join(o.Dir, "part-00001.ndjson")
	writeInput(t, name, "mine")
	if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "part-00001.ndjson has 4 bytes, was written with 134") {
		t.Errorf("Run over a changed result: %v", err)
	}
	o.Dir = filepath.Join(t.TempDir(), "new")
	name = filepath.Join(o.Dir, "part-00001.ndjson")
	writeInput(t, name, "mine")
	if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "part-00001.ndjson exists and is not a result of this run") {
		t.Errorf("Run over a foreign file: %v", err)
	}
	if text, err := os.ReadFile(name); string(text) != "mine" {
		t.Errorf("foreign file: got %q (%v), want it untouched", text, err)
	}
}

func TestMissingInputMakesTheResultPartial(t *testing.T) {
	o := cleanedOnce(t)
	o.Inputs, o.Restart = append(o.Inputs, filepath.Join(o.Dir, "missing.log")), true
	if r := mustRun(t, o); !r.Partial() || r.Read.Events != 8 {
		t.Errorf("with a missing input: partial %t, %d events, want true, 8", r.Partial(), r.Read.Events)
	}
}

func TestInputThatCouldNotBeReadIsTriedAgain(t *testing.T) {
	o := cleanedOnce(t)
	want := visible(t, o.Dir)
	name := filepath.Join(o.Dir, stateName)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	writeInput(t, name, strings.Replace(string(text), `"files":[{`, `"files":[{"lost":true,`, 1))
	if r := mustRun(t, o); r.Skipped != 1 {
		t.Errorf("first run after: skipped %d inputs, want 1", r.Skipped)
	}
	if r := mustRun(t, o); r.Skipped != 2 {
		t.Errorf("second run after: skipped %d inputs, want 2", r.Skipped)
	}
	compareResults(t, "again", visible(t, o.Dir), want)
}

func TestOneRunAtATime(t *testing.T) {
	o := cleanedOnce(t)
	lock, err := disk{}.Lock(filepath.Join(o.Dir, lockName))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if _, err := Run(t.Context(), o); !errors.Is(err, errLocked) {
		t.Errorf("Run in a locked folder: got %v, want %v", err, errLocked)
	}
}

func TestLockLeavesNothingBehind(t *testing.T) {
	o := cleanedOnce(t)
	if _, err := os.Stat(filepath.Join(o.Dir, lockName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after a run, Stat(%s): got %v, want that it does not exist", lockName, err)
	}
}

func TestStateIsRefusedWhenItIsNotOurs(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "no header"},
		{"a later format", `{"header":{"format":3}}` + "\n", ":1: format 3, want 1 to 2"},
		{"no JSON", "x\n", ":1: invalid character 'x'"},
		{"no header", `{"unit":{"unit":1}}` + "\n", ":1: header in the wrong place"},
		{"a line of damage", `{"header":{"format":1}}` + "\n{\n{}\n", ":2: unexpected end"},
	} {
		o := cleanedOnce(t)
		writeInput(t, filepath.Join(o.Dir, stateName), tt.text)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestGeneratedKeyOutlivesAKill(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		writeInput(t, filepath.Join(dir, "in", name), `{"email":"x"}`+"\n")
	}
	rules, err := redact.Parse(redact.Text{Text: "key email hash"})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Inputs: []string{filepath.Join(dir, "in")}, Dir: filepath.Join(dir, "out"), Redact: rules, unitBytes: 1, Workers: 1}
	fs := newCrashFS(25)
	o.fs = fs
	if _, err := Run(t.Context(), o); !errors.Is(err, errKilled) {
		t.Fatalf("Run: got %v, want %v", err, errKilled)
	}
	if n := len(visible(t, o.Dir)); n == 0 || n == 3 {
		t.Fatalf("killed with %d of 3 results, want some", n)
	}
	info, err := os.Stat(filepath.Join(o.Dir, keyName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v, %v, want one for its owner only", info, err)
	}
	o.fs = nil
	r := mustRun(t, o)
	got := visible(t, o.Dir)
	if a, b, c := got["part-00000.ndjson"], got["part-00001.ndjson"], got["part-00002.ndjson"]; a != b || b != c || !strings.Contains(a, "sha256:") {
		t.Errorf("hashes of one text: %q, %q, %q, want equal", a, b, c)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, keyName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("key after the run: %v, want none", err)
	}
	if r.HashKey != "generated" || r.Redactions[0].Values != 3 {
		t.Errorf("report: key %q, %v, want generated and 3 values", r.HashKey, r.Redactions)
	}
	noTemps(t, o.Dir)
}
