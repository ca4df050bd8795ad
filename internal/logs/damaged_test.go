package logs

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A damagedTable says that it could not read something, and gives nothing if all is lost.
type damagedTable struct {
	table.Table
	all bool
}

func (d damagedTable) Page(ctx context.Context, p table.Page) (*column.Batch, table.Stats, error) {
	if d.all {
		p.Range.Streams = []int64{}
	}
	b, stats, err := d.Table.Page(ctx, p)
	stats.Problems = []string{"part 1: checksum"}
	return b, stats, err
}

// TestDamageIsNeverSilent reads events of a damaged table by every operation.
func TestDamageIsNeverSilent(t *testing.T) {
	reads := map[string]func(l *lab, g *Group, record string) error{
		"GetLogEvents": func(l *lab, _ *Group, _ string) error {
			_, err := l.GetLogEvents(l.ctx, getInput("g", "s"))
			return err
		},
		"FilterLogEvents": func(l *lab, _ *Group, _ string) error {
			_, err := l.FilterLogEvents(l.ctx, filterInput("g"))
			return err
		},
		"GetLogRecord": func(l *lab, _ *Group, record string) error {
			_, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &record})
			return err
		},
		"GetLogGroupFields": func(l *lab, g *Group, _ string) error {
			_, err := l.GetLogGroupFields(l.ctx, &cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: &g.Name})
			return err
		},
		"the kind of its texts": func(l *lab, g *Group, _ string) error {
			kind, err := l.TextKind(l.ctx, g)
			if kind != discover.JSON && kind != discover.Other {
				t.Errorf("TextKind = %v, want JSON, or Other where all is lost", kind)
			}
			return err
		},
	}
	for _, tt := range []struct {
		name  string
		all   bool // is lost
		left  bool // is what the operator wants
		fails string
	}{
		{"some is lost", false, false, "GetLogEvents FilterLogEvents"},
		{"all is lost", true, false, "GetLogEvents FilterLogEvents GetLogRecord"},
		{"some is lost, and what is left is wanted", false, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			g := l.addGroup("g", nil)
			stream := l.addStream(g, "s")
			l.putTexts("g", "s", `{"a":1}`)
			record, _ := l.record(g, stream)
			l.opts.Events, l.opts.Damaged = damagedTable{l.opts.Events, tt.all}, tt.left
			l.restart()
			for name, read := range reads {
				err := read(l, g, record)
				if strings.Contains(tt.fails, name) {
					servicetest.WantError(t, name, err, "ServiceUnavailableException: "+textDamaged)
				} else if err != nil {
					t.Errorf("%s = %v, want no error", name, err)
				}
			}
		})
	}
}
