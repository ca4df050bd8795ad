package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/remote"
)

// The prompt learns from the newest events, however old they are, and asks the server for fields of other times and for groups.
func TestPromptLearnsFromGroups(t *testing.T) {
	url := server(t)
	p := &Program{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Now: time.Now, Env: func(string) string { return "" }}
	f := queryFlags{remoteFlags: remoteFlags{remote.Options{EndpointURL: url}}}
	f.format = "auto"
	newest := time.Now().Add(-10 * 24 * time.Hour)
	for _, e := range []struct {
		ago  time.Duration
		text string
	}{{12 * time.Hour, `{"rarely":1}`}, {0, `{"often":1}`}} {
		line := fmt.Sprintf(`{"time":%q,%s`+"\n", newest.Add(-e.ago).Format(time.RFC3339Nano), e.text[1:])
		mustRun(t, url, line, "put", "/labels/web", "h1", "--create")
	}
	mustRun(t, url, "", "groups", "create", "/labels/mail", "/other")
	e, err := p.groupEngine(t.Context(), &f, []string{"/labels/web"})
	if err != nil {
		t.Fatal(err)
	}
	g := &groupPrompt{e, p}
	if texts, err := g.Sample(t.Context()); err != nil || len(texts) != 2 || !strings.Contains(string(texts[1]), "often") {
		t.Errorf("Sample() = %q, %v, want both events", texts, err)
	}
	if fields, err := g.Fields(t.Context()); err != nil || !slices.Contains(fields, "often") || !slices.Contains(fields, "rarely") {
		t.Errorf("Fields() = %q, %v, want often and rarely", fields, err)
	}
	if names, whole, err := g.Groups(t.Context(), "/labels/"); err != nil || !whole || !slices.Equal(names, []string{"/labels/mail", "/labels/web"}) {
		t.Errorf("Groups() = %q, %v, %v, want those that begin so", names, whole, err)
	}
}
