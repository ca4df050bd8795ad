package logs

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/servicetest"
	"github.com/groundwatch/groundwatch/internal/table"
)

// tableCursor returns the place of event i of a GetLogEvents that has all events of the table.
func tableCursor(out *cloudwatchlogs.GetLogEventsOutput, i int) table.Cursor {
	return table.Cursor{Time: *out.Events[i].Timestamp, Sequence: 1<<40 + table.Sequence(i) + 1}
}

// record returns the pointer of the only event of a group, and its fields by GetLogRecord.
func (l *lab) record(g *Group, stream Stream) (string, map[string]string) {
	l.t.Helper()
	b, err := l.readPage(l.ctx, table.Page{Range: l.eventRange(g, nil, 1<<62), Limit: 1}, table.Whole)
	l.must(err)
	p := l.pointerText(g.tenant, pointer{g.Partition, stream.Number, b.cursor(0), g.Name})
	out, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &p})
	l.must(err)
	return p, out.LogRecord
}

func TestGetLogRecord(t *testing.T) {
	for _, tt := range []struct {
		name, group string
		facts       func(f *groupFacts)
		message     string
		want        map[string]string
	}{
		{"JSON", "g", nil, `{"a":{"b":"x"},"n":1.50,"big":12345678901234567890,"ok":true,"@t":"y","none":null}`,
			map[string]string{"a.b": "x", "n": "1.5", "big": "12345678901234567890", "ok": "1", "@@t": "y"}},
		{"text", "g", nil, "plain {\"a\":1}", nil},
		{"unicode", "g", nil, `{"ü":"\u00e9€"}`, map[string]string{"ü": "é€"}},
		{"a line of Lambda's platform", "/aws/lambda/f", nil, "START RequestId: 3f1a2b4c-0000-1111-2222-abcdefabcdef Version: $LATEST\n",
			map[string]string{"@type": "START", "@requestId": "3f1a2b4c-0000-1111-2222-abcdefabcdef"}},
		{"a flow record by the group's tag", "g", func(f *groupFacts) { f.Tags = map[string]string{"cw:datasource:name": "amazon_vpc"} },
			"2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA", map[string]string{
				"version": "2", "accountId": "123456789010", "interfaceId": "eni-1", "srcAddr": "-", "dstAddr": "-", "srcPort": "-", "dstPort": "-",
				"protocol": "-", "packets": "-", "bytes": "-", "startTime": "1431280876", "endTime": "1431280934", "action": "-", "logStatus": "NODATA",
			}},
		{"a class without discovery", "g", func(f *groupFacts) { f.Class = types.LogGroupClassInfrequentAccess }, `{"a":1}`, nil},
		{"fields with the names of ours", "g", nil, `{"@message":"x","@log":"y"}`, map[string]string{"@@message": "x", "@@log": "y"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			g := l.addGroup(tt.group, tt.facts)
			stream := l.addStream(g, "s")
			l.put(tt.group, "s", event(l.ms(-time.Hour), tt.message))
			want := map[string]string{
				"@message": tt.message, "@logStream": "s", "@log": "111122223333:" + tt.group,
				"@timestamp": strconv.FormatInt(l.ms(-time.Hour), 10), "@ingestionTime": strconv.FormatInt(l.ms(0), 10),
			}
			for name, value := range tt.want {
				want[name] = value
			}
			_, got := l.record(g, stream)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("GetLogRecord of %q (-want +got):\n%s", tt.message, diff)
			}
		})
	}
}

func TestGetLogRecordThatIsGone(t *testing.T) {
	const missing = "ResourceNotFoundException: The specified log record does not exist."
	for _, tt := range []struct {
		name   string
		change func(l *lab, g *Group, stream Stream)
		want   string
	}{
		{"by retention", func(l *lab, g *Group, stream Stream) { l.clock = l.clock.Add(day + time.Millisecond) }, missing},
		{"with its stream", func(l *lab, g *Group, stream Stream) { l.dropStream(g, stream) }, missing},
		{"with its group, made again", func(l *lab, g *Group, stream Stream) { l.addGroup("g", nil) }, missing},
		{"from the table", func(l *lab, g *Group, stream Stream) { l.must(l.events.Drop(l.ctx, g.Partition)) }, missing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			g := l.addGroup("g", func(f *groupFacts) { f.RetentionDays = 1 })
			stream := l.addStream(g, "s")
			l.putTexts("g", "s", "x")
			p, _ := l.record(g, stream)
			l.restart()
			tt.change(l, g, stream)
			_, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &p})
			servicetest.WantError(t, "GetLogRecord", err, tt.want)
		})
	}
}

// TestGetLogRecordIsNotTheNextOne checks the pointer to an event that damage took out of the middle of its millisecond.
func TestGetLogRecordIsNotTheNextOne(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	stream := l.addStream(g, "s")
	l.put("g", "s", event(l.ms(0), "next"))
	_, out := l.got(getInput("g", "s"))
	lost := tableCursor(out, 0)
	lost.Sequence--
	p := l.pointerText(g.tenant, pointer{g.Partition, stream.Number, lost, "g"})
	_, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &p})
	servicetest.WantError(t, "GetLogRecord", err, "ResourceNotFoundException: The specified log record does not exist.")
}

func TestGetLogRecordOfAPointerThatIsNone(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("g", nil)
	stream := l.addStream(g, "s")
	l.putTexts("g", "s", "x")
	good, _ := l.record(g, stream)
	for i := range good {
		changed := []byte(good)
		if changed[i]++; changed[i] > 'z' {
			changed[i] = 'A'
		}
		bad := string(changed)
		if _, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &bad}); servicetest.ErrorText(err) != "InvalidParameterException: The specified logRecordPointer is invalid." {
			t.Errorf("GetLogRecord of a pointer with character %d changed: %v", i, err)
		}
	}
	for _, bad := range []string{"", "x", good[1:], good + "A"} {
		_, err := l.GetLogRecord(l.ctx, &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: &bad})
		servicetest.WantError(t, "GetLogRecord of "+bad, err, "InvalidParameterException: The specified logRecordPointer is invalid.")
	}
}
