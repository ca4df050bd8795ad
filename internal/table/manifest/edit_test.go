package manifest

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
)

func somePart() *Part {
	return &Part{Number: 7, Format: PartFormat, Table: "log_events", Size: 300_000, Sums: []uint32{1, 2, 1 << 31}, Spans: []Span{
		{Partition: -5, Group: 0, From: 0, To: 10, FirstTime: -100, LastTime: 5, FirstStream: 3, LastStream: 3, FirstSequence: 1 << 40, LastSequence: 1<<40 + 9, Bytes: 77},
		{Partition: 9, Group: 0, From: 10, To: 11, FirstTime: 1 << 60, LastTime: 1 << 60, FirstStream: -4, LastStream: 8, FirstSequence: 5, LastSequence: 5},
		{Partition: 9, Group: 1, From: 0, To: 65_536, FirstTime: 1, LastTime: 2, FirstStream: 8, LastStream: 9, FirstSequence: 6, LastSequence: 99_999, Bytes: 1 << 40},
	}}
}

func TestEditReadsBack(t *testing.T) {
	h := Home{Table: "log_events", Partition: 12}
	for _, x := range []*Edit{
		{},
		{Writer: 3}, {Position: 9, Last: 77, Logged: 12, NextPart: 4},
		{Add: []*Part{somePart(), {Number: 8, Format: 1, Table: "ticks", Sums: []uint32{}, Spans: []Span{}}}, Remove: []uint64{1, 2}},
		{dropRuns: []tableRun{{"log_events", Run{-5, 1 << 40}}}},
		{Drop: []Home{h, {Table: "ticks", Partition: -1}}, Expire: []Expiry{{Home: h, Line: Line{Before: -5, Through: 1 << 50}}}, Tokens: []Token{{Key: TokenKey{1, 2}, First: 5, Ingested: 6}}},
	} {
		got, err := readEdit(x.bytes())
		if err != nil || !reflect.DeepEqual(got, x) {
			t.Errorf("readEdit(bytes of %+v) = %+v, %v", x, got, err)
		}
	}
}

func TestEditThatIsNone(t *testing.T) {
	whole := (&Edit{Writer: 3, Add: []*Part{somePart()}}).bytes()
	for n := range whole {
		if x, err := readEdit(whole[:n]); err == nil {
			t.Errorf("readEdit of %d of %d bytes = %+v, want an error", n, len(whole), x)
		}
	}
	newer := bytes.Clone(whole)
	newer[0]++
	part := somePart()
	part.Format++
	for _, tt := range []struct {
		name string
		p    []byte
		want string
	}{
		{"a newer edit", newer, "newer program"},
		{"a newer part", (&Edit{Add: []*Part{part}}).bytes(), "newer program"},
		{"bytes behind the end", append(bytes.Clone(whole), 0), pack.ErrForm.Error()},
		{"a member nobody knows", []byte{Format, 99}, pack.ErrForm.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readEdit(tt.p); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("readEdit = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestPiecesAddUp(t *testing.T) {
	c := newContents()
	c.Writer, c.Position, c.Last, c.Logged, c.NextPart = 5, 6, 7, 8, 100_001
	for n := range uint64(3000) {
		m := somePart()
		m.Number, m.Sums = n+1, make([]uint32, 200)
		c.Parts[m.Number] = m
		c.Dropped.add("log_events", Run{table.Partition(4 * n), table.Partition(4*n + 1)})
	}
	c.Lines[Home{Table: "log_events", Partition: 6}] = Lines{{Before: 50, Through: 3}, {Before: 40, Through: 9}}
	c.Tokens = []Token{{Key: TokenKey{1}, First: 2, Ingested: 3}}
	pieces := c.pieces()
	if len(pieces) < 2 {
		t.Errorf("%d pieces, want several", len(pieces))
	}
	sum := newContents()
	for _, x := range pieces {
		read, err := readEdit(x.bytes())
		if err != nil {
			t.Fatal(err)
		}
		sum.Apply(read)
		sum.Tokens = append(sum.Tokens, read.Tokens...)
	}
	if !reflect.DeepEqual(sum, c) {
		t.Error("the pieces of a snapshot do not add up to it")
	}
}
