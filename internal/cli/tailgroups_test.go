package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Events that come while following begins, or in groups that are made later, are shown once each, by a live tail as by asking.
func TestTailFollowsGroups(t *testing.T) {
	for _, how := range []string{"live", "poll"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			url := server(t)
			mustRun(t, url, "", "groups", "create", "/labels/web")
			mustRun(t, url, "{\"n\":0}\n", "put", "/labels/web", "h1", "--create")
			const events = 200
			go func() {
				for n := 1; n < events; n++ {
					if n == events/2 {
						command(t.Context(), url, "", io.Discard, "groups", "create", "/labels/new")
					}
					group := []string{"/labels/web", "/labels/new"}[n*2/events]
					command(t.Context(), url, fmt.Sprintf("{\"n\":%d}\n", n), io.Discard, "put", group, fmt.Sprint("h", n%3), "--create")
				}
			}()
			ctx, stop := context.WithCancel(t.Context())
			out, in := io.Pipe()
			code := make(chan int)
			go func() {
				c, said := command(ctx, url, "", in, "tail", "-f", "/labels/*", "--since", "1h", "--poll="+fmt.Sprint(how == "poll"), "-o", "json")
				if !strings.Contains(said, "new group /labels/new") {
					t.Errorf("standard error: %s, want the new group", said)
				}
				code <- c
			}()
			times := map[string]int{}
			lines := bufio.NewScanner(out)
			for len(times) < events && lines.Scan() {
				_, n, _ := strings.Cut(lines.Text(), `\"n\":`)
				if times[n]++; times[n] > 1 {
					t.Errorf("event %s is shown %d times", n, times[n])
				}
			}
			stop()
			go func() { _, _ = io.Copy(io.Discard, out) }() // lets it end
			if got := <-code; got != ExitInterrupted || len(times) != events {
				t.Errorf("tail shows %d of %d events and exits with %d, want %d", len(times), events, got, ExitInterrupted)
			}
		})
	}
}
