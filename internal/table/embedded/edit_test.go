package embedded

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table/pack"
)

func somePart() *partMeta {
	return &partMeta{number: 7, format: PartFormat, table: "log_events", size: 300_000, sums: []uint32{1, 2, 1 << 31}, spans: []span{
		{partition: -5, group: 0, from: 0, to: 10, firstTime: -100, lastTime: 5, firstStream: 3, lastStream: 3, firstSequence: 1 << 40, lastSequence: 1<<40 + 9, bytes: 77},
		{partition: 9, group: 0, from: 10, to: 11, firstTime: 1 << 60, lastTime: 1 << 60, firstStream: -4, lastStream: 8, firstSequence: 5, lastSequence: 5},
		{partition: 9, group: 1, from: 0, to: 65_536, firstTime: 1, lastTime: 2, firstStream: 8, lastStream: 9, firstSequence: 6, lastSequence: 99_999, bytes: 1 << 40},
	}}
}

func TestEditReadsBack(t *testing.T) {
	h := home{"log_events", 12}
	for _, x := range []*edit{
		{},
		{writer: 3}, {position: 9, last: 77, nextPart: 4},
		{add: []*partMeta{somePart(), {number: 8, format: 1, table: "ticks", sums: []uint32{}, spans: []span{}}}, remove: []uint64{1, 2}},
		{drop: []home{h, {"ticks", -1}}, expire: []expiry{{h, line{-5, 1 << 50}}}, tokens: []token{{tokenKey{1, 2}, 5, 6}}},
	} {
		got, err := readEdit(x.bytes())
		if err != nil || !reflect.DeepEqual(got, x) {
			t.Errorf("readEdit(bytes of %+v) = %+v, %v", x, got, err)
		}
	}
}

func TestEditThatIsNone(t *testing.T) {
	whole := (&edit{writer: 3, add: []*partMeta{somePart()}}).bytes()
	for n := range whole {
		if x, err := readEdit(whole[:n]); err == nil {
			t.Errorf("readEdit of %d of %d bytes = %+v, want an error", n, len(whole), x)
		}
	}
	newer := bytes.Clone(whole)
	newer[0]++
	part := somePart()
	part.format++
	for _, tt := range []struct {
		name string
		p    []byte
		want string
	}{
		{"a newer edit", newer, "newer program"},
		{"a newer part", (&edit{add: []*partMeta{part}}).bytes(), "newer program"},
		{"bytes behind the end", append(bytes.Clone(whole), 0), pack.ErrForm.Error()},
		{"a member nobody knows", []byte{ManifestFormat, 99}, pack.ErrForm.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readEdit(tt.p); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("readEdit = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestRecordReadsBack(t *testing.T) {
	r := &record{
		table: "everything", partition: 5, ingested: -1, first: 1<<40 + 1, token: tokenKey{9},
		streams: []int64{1, -7, 1 << 62}, times: []int64{0, -1, 5},
		fields: []*column.Column{
			{Kind: column.String, Len: 3, Strings: []string{"a", "", "ü\xff"}},
			{Kind: column.Float64, Len: 3, Floats: []float64{0, -1.5, 1e300}, Nulls: column.Mask{2}},
			{Kind: column.Bool, Len: 3, Ints: []int64{0, 1, 1}},
			{Kind: column.Null, Len: 3},
		},
	}
	r.voids = append(r.voids, 3, 1<<40)
	p := r.append(nil)
	got, err := readRecord(p)
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("readRecord = %+v, %v, want %+v", got, err, r)
	}
	for n := range p {
		if got, err := readRecord(p[:n]); err == nil {
			t.Errorf("readRecord of %d of %d bytes = %+v, want an error", n, len(p), got)
		}
	}
}

func TestPiecesAddUp(t *testing.T) {
	c := newContents()
	c.writer, c.position, c.last, c.nextPart = 5, 6, 7, 100_001
	for n := range uint64(3000) {
		m := somePart()
		m.number, m.sums = n+1, make([]uint32, 200)
		c.parts[m.number] = m
		c.dropped[home{"log_events", 5}] = true
	}
	c.lines[home{"log_events", 6}] = lines{{50, 3}, {40, 9}}
	pieces := c.pieces([]token{{tokenKey{1}, 2, 3}})
	if len(pieces) < 2 {
		t.Errorf("%d pieces, want several", len(pieces))
	}
	sum := newContents()
	for _, x := range pieces {
		read, err := readEdit(x.bytes())
		if err != nil {
			t.Fatal(err)
		}
		sum.apply(read)
		sum.tokens = append(sum.tokens, read.tokens...)
	}
	c.tokens = []token{{tokenKey{1}, 2, 3}}
	if !reflect.DeepEqual(sum, c) {
		t.Error("the pieces of a snapshot do not add up to it")
	}
}

func TestLines(t *testing.T) {
	ls := lines(nil).with(line{100, 10}).with(line{50, 20})
	for _, tt := range []struct {
		name     string
		time     int64
		sequence int64
		want     bool
	}{
		{"before both", 49, 10, true}, {"before the first, appended before it", 99, 10, true},
		{"before the first, appended after it", 99, 11, false}, {"at the line", 100, 1, false},
		{"before the second, appended between", 49, 20, true}, {"appended after both", 49, 21, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ls.hide(tt.time, sequenceOf(tt.sequence)); got != tt.want {
				t.Errorf("hide(%d, %d) = %t, want %t", tt.time, tt.sequence, got, tt.want)
			}
		})
	}
	if got := ls.with(line{100, 30}); !slices.Equal(got, lines{{100, 30}}) {
		t.Errorf("a line over all others leaves %v, want it alone", got)
	}
}
