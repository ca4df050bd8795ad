package app

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/config"
)

// removeCatalog removes the catalog and what SQLite keeps beside it.
func removeCatalog(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, catalogFile+"*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob() = %q, %v", files, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
}

// copyCatalog copies the catalog of a stopped server.
func copyCatalog(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(from, catalogFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, catalogFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// filled returns the settings of a server that has stored an event in a group of its own, and is stopped.
func filled(t *testing.T, group string) config.Server {
	t.Helper()
	cfg := settings(t)
	r := start(t, cfg)
	put(t, r.client("1", "x"), group, "host-1", "secret of "+group)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestCatalogAndTablesBelongTogether(t *testing.T) {
	tests := []struct {
		name string
		harm func(t *testing.T, dir string)
		want string
	}{
		{"the catalog is lost", removeCatalog, "catalog.db was lost"},
		{"the tables are lost", func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, tablesDir)); err != nil {
				t.Fatal(err)
			}
		}, "tables was lost"},
		{"the catalog is another server's", func(t *testing.T, dir string) {
			other := filled(t, "/other")
			removeCatalog(t, dir)
			copyCatalog(t, other.Data, dir)
		}, "two different servers"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := filled(t, "/a")
			test.harm(t, cfg.Data)
			_, err := Open(t.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("Open() = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestACatalogOfAnEarlierDayIsRefused(t *testing.T) {
	cfg := filled(t, "/a")
	old := t.TempDir()
	copyCatalog(t, cfg.Data, old)
	r := start(t, cfg)
	for n := range 100 { // beyond the numbers that the catalog sets aside for a start
		put(t, r.client("1", "x"), "/b/"+string(rune('a'+n%26))+string(rune('a'+n/26)), "host-1", "secret of /b")
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	removeCatalog(t, cfg.Data)
	copyCatalog(t, old, cfg.Data)
	_, err := Open(t.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "of an earlier day") {
		t.Fatalf("Open() with the catalog of before = %v, want it refused", err)
	}
}

func TestAFirstStartThatWasCutOffIsNoFault(t *testing.T) {
	cfg := settings(t)
	if err := os.MkdirAll(filepath.Join(cfg.Data, tablesDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{filepath.Join(tablesDir, pairFile): "ABC", filepath.Join(tablesDir, pairFile+".new"): "half", secretFile: "", secretFile + ".new": "half"} {
		if err := os.WriteFile(filepath.Join(cfg.Data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := start(t, cfg)
	put(t, r.client("1", "x"), "/a", "host-1", "x")
	if info, err := os.Stat(filepath.Join(cfg.Data, secretFile)); err != nil || info.Size() != 32 {
		t.Errorf("Stat(secret) = %v, %v, want 32 bytes", info, err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, secretFile+".new")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat(secret.new) = %v, want none", err)
	}
}

func TestDamagedEventsAreNeverLeftOutSilently(t *testing.T) {
	cfg := filled(t, "/a")
	parts, err := filepath.Glob(filepath.Join(cfg.Data, tablesDir, "parts", "*"))
	if err != nil || len(parts) != 1 {
		t.Fatalf("Glob(parts) = %q, %v, want one", parts, err)
	}
	text, err := os.ReadFile(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/3] ^= 1
	if err := os.WriteFile(parts[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, cfg)
	_, err = r.client("1", "x").GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("/a"), LogStreamName: aws.String("host-1")})
	if err == nil || !strings.Contains(err.Error(), "ServiceUnavailableException") || !strings.Contains(err.Error(), "--read-damaged") {
		t.Errorf("GetLogEvents of a damaged part = %v, want ServiceUnavailableException that says what to do", err)
	}
	_, id := ask(t, r.client("1", "x"), "fields a | limit 5", "/a")
	out, err := r.client("1", "x").GetQueryResults(t.Context(), &cloudwatchlogs.GetQueryResultsInput{QueryId: &id})
	if err != nil || out.Statistics.EstimatedRecordsSkipped == 0 {
		t.Errorf("GetQueryResults over a damaged part = %+v, %v, want something skipped", out, err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	cfg.Damaged = true
	r = start(t, cfg)
	if got := messages(t, r.client("1", "x"), "/a"); len(got) != 0 {
		t.Errorf("with --read-damaged there are %q, want what is left: nothing", got)
	}
}
