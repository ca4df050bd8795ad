package queries

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// TestAPartIsCorruptedUnderAQuery overwrites a file of events while a query that has begun is still to read them.
func TestAPartIsCorruptedUnderAQuery(t *testing.T) {
	dir := t.TempDir()
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := newLab(t, Limits{})
	l.table.Table = openEmbedded(t, disk, embedded.Options{FlushBytes: 1, Now: l.now})
	l.put(l.group("app"), "s", numbered(3000)...)
	parts := partsIn(t, dir)
	open := l.table.shut(0)
	defer open()
	in := input("stats count(*) as n, sum(n) as s", "app")
	id := l.start(in)
	l.until(id, func(out *cloudwatchlogs.GetQueryResultsOutput) bool { return out.Status == types.QueryStatusRunning })
	for _, name := range parts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range text {
			text[i] ^= 0x55
		}
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open()
	for what, id := range map[string]string{"the query": id, "the next one": l.start(in)} {
		out := l.wait(id)
		if out.Status != types.QueryStatusComplete {
			t.Errorf("%s ended as %s, want Complete", what, out.Status)
		}
		if got := rowTexts(out); got != "n=3000 s=4498500" && out.Statistics.EstimatedRecordsSkipped == 0 {
			t.Errorf("%s answers %q, %+v, want all events or that something was skipped", what, got, out.Statistics)
		}
	}
}

// partsIn returns the files of events below a folder, as soon as there are some.
func partsIn(t *testing.T, dir string) []string {
	t.Helper()
	for t.Context().Err() == nil {
		parts, err := filepath.Glob(filepath.Join(dir, "tables", "parts", "*.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) > 0 {
			return parts
		}
	}
	return nil
}
