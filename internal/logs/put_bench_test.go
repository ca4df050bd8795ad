package logs

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/generate"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A sinkTable takes rows and forgets them: what remains is the service's own work.
type sinkTable struct {
	table.Table
	last table.Sequence
}

func (s *sinkTable) Append(_ context.Context, _ table.Partition, rows table.Rows) (table.Receipt, error) {
	r := table.Receipt{First: s.last + 1, Ingested: labStart.UnixMilli()}
	s.last += table.Sequence(len(rows.Times))
	return r, nil
}

// webEvents returns n generated events of a web shop and the bytes of their messages.
func webEvents(b *testing.B, n int) ([]types.InputLogEvent, int64) {
	b.Helper()
	var text bytes.Buffer
	err := generate.Write(b.Context(), &text, generate.Options{Count: n, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	var events []types.InputLogEvent
	size := int64(0)
	for line := range strings.Lines(text.String()) {
		m := strings.TrimSuffix(line, "\n")
		events = append(events, event(labStart.Add(-time.Minute).UnixMilli()+int64(len(events)), m))
		size += int64(len(m))
	}
	return events, size
}

// BenchmarkPutLogEvents measures the service alone, with groups and streams in memory and a table that keeps nothing, and with
// table.Memory. The aim is half a CPU second a GB without the table.
func BenchmarkPutLogEvents(b *testing.B) {
	for _, bb := range []struct {
		name       string
		invocation string
		memory     bool
	}{
		{"service alone", "3f1a2b4c-0000-1111-2222-abcdefabcdef", false},
		{"service alone, no invocation id", "", false},
		{"table in memory", "", true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			l := newLab(b)
			l.ctx = caller.With(l.ctx, caller.Caller{Account: "111122223333", Region: "eu-central-1", AccessKeyID: "AKIA1", InvocationID: bb.invocation})
			if !bb.memory {
				l.opts.Events = &sinkTable{Table: l.opts.Events}
				l.restart()
			}
			l.addStream(l.addGroup("g", nil), "s")
			events, size := webEvents(b, 1000)
			in := putInput("g", "s", events...)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.PutLogEvents(l.ctx, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
