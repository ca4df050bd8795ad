package transform

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// from is where the events of tests come from.
var from = Source{Account: "123456789012", Region: "eu-central-1", Group: "/app", Stream: "s"}

// TestScripts runs testdata/*.txt. A case is a line with its name, then lines that begin with a word:
//
//	config    the list of processors, which stays for the cases below
//	event     what is transformed
//	want      what it becomes
//	fail      a part of why it cannot be transformed
//	refuse    a part of why the configuration is refused
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := &runner{t: t}
		for i, line := range strings.Split(string(script), "\n") {
			r.where = fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
			word, rest, _ := strings.Cut(line, " ")
			r.line(word, strings.TrimSpace(rest))
		}
	}
}

// A runner runs the lines of a script.
type runner struct {
	t     *testing.T
	where string
	tr    *Transformer
	err   error
	event string
}

func (r *runner) line(word, rest string) {
	switch word {
	case "config":
		config, err := ParseConfig(rest)
		if err != nil {
			r.tr, r.err = nil, err
			return
		}
		r.tr, r.err = New(config)
	case "event":
		r.event = strings.ReplaceAll(rest, "␤", "\n")
	case "want", "fail":
		if r.err != nil {
			r.t.Errorf("%s: the configuration is refused: %v", r.where, r.err)
			return
		}
		got, err := r.tr.Apply(r.event, from)
		if word == "fail" {
			if err == nil || !strings.Contains(err.Error(), rest) {
				r.t.Errorf("%s: Apply(%s) = %s, %v, want an error with %q", r.where, r.event, got, err, rest)
			}
			return
		}
		if err != nil || got != rest {
			r.t.Errorf("%s: Apply(%s)\n got %s, %v\nwant %s", r.where, r.event, got, err, rest)
		}
	case "refuse":
		if r.err == nil || !strings.Contains(r.err.Error(), rest) {
			r.t.Errorf("%s: the configuration gives %v, want an error with %q", r.where, r.err, rest)
		}
	}
}

func TestLimits(t *testing.T) {
	tr := build1(t, `[{"parseJSON":{}}]`)
	big := func(n int) string { return `{"a":"` + strings.Repeat("x", n-len(`{"a":""}`)) + `"}` }
	if _, err := tr.Apply(big(maxEvent-1), from); err != nil {
		t.Errorf("an event of %d bytes: %v", maxEvent-1, err)
	}
	if _, err := tr.Apply(big(maxEvent), from); err == nil {
		t.Errorf("an event of %d bytes is transformed", maxEvent)
	}
	fields := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`"k%d":1`, i))
		}
		return "{" + strings.Join(all, ",") + "}"
	}
	if _, err := tr.Apply(fields(maxFields), from); err != nil {
		t.Errorf("%d fields: %v", maxFields, err)
	}
	if _, err := tr.Apply(fields(maxFields+1), from); err == nil {
		t.Errorf("%d fields are transformed", maxFields+1)
	}
	if _, err := tr.Apply(strings.Repeat("[", 10_000), from); err == nil {
		t.Error("a text of open brackets is transformed")
	}
	if _, err := tr.Apply(strings.Repeat(`{"a":`, 100)+"1"+strings.Repeat("}", 100), from); err == nil {
		t.Error("an event of 100 levels is transformed")
	}
}

func TestTooMany(t *testing.T) {
	for _, tt := range []struct {
		name, first, each string
		most              int
	}{
		{"processors", `{"parseJSON":{}}`, `,{"deleteKeys":{"withKeys":["a"]}}`, 20},
		{"parsers", `{"parseJSON":{}}`, `,{"parseJSON":{"source":"a"}}`, 5},
	} {
		for n := tt.most; n <= tt.most+1; n++ {
			config, err := ParseConfig("[" + tt.first + strings.Repeat(tt.each, n-1) + "]")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := New(config); (err != nil) != (n > tt.most) {
				t.Errorf("New with %d %s: %v", n, tt.name, err)
			}
		}
	}
}

func build1(t testing.TB, config string) *Transformer {
	t.Helper()
	c, err := ParseConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// FuzzApply checks that whatever comes in is refused or becomes valid JSON.
func FuzzApply(f *testing.F) {
	f.Add(`{"a":{"b":"x,y"},"l":[{"n":"k","v":1}]}`, "a.b")
	f.Add(`{"a":"Samstag 05. Dezember 1998 11:00:00"}`, "a")
	f.Fuzz(func(t *testing.T, message, key string) {
		quoted, err := json.Marshal(key)
		if err != nil {
			return
		}
		k := string(quoted)
		config, err := ParseConfig(`[{"parseJSON":{}},{"csv":{"source":` + k + `}},{"moveKeys":{"entries":[{"source":` + k + `,"target":"x.y"}]}},
			{"copyValue":{"entries":[{"source":"x","target":` + k + `}]}},{"splitString":{"entries":[{"source":` + k + `,"delimiter":","}]}},
			{"listToMap":{"source":"l","key":"n","valueKey":"v","target":` + k + `}},{"renameKeys":{"entries":[{"key":` + k + `,"renameTo":"x.y.z","overwriteIfExists":true}]}}]`)
		if err != nil {
			return
		}
		tr, err := New(config)
		if err != nil {
			return
		}
		if got, err := tr.Apply(message, from); err == nil && !json.Valid([]byte(got)) {
			t.Errorf("Apply(%q) = %q, want JSON", message, got)
		}
	})
}
