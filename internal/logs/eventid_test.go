package logs

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

func TestEventNumbersOfAWSBeginWithTheTime(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       time.Time // to the minute
	}{
		{"a forward token of 2015", "31961209122447488583055879464742346735121166569214640130", time.Date(2015, 6, 1, 20, 23, 0, 0, time.UTC)},
		{"a forward token of 2021", "36569393484927409957930658349900755958289816616951021572", time.Date(2021, 12, 18, 11, 51, 0, 0, time.UTC)},
		{"an event id of 2022", "36952013569236742694748043191368060175597348791521509421", time.Date(2022, 7, 5, 1, 46, 0, 0, time.UTC)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := parseEventNumber(tt.text)
			if got := time.UnixMilli(n.time()).UTC().Truncate(time.Minute); !ok || !got.Equal(tt.want) {
				t.Errorf("time of %s = %s, %t, want %s", tt.text, got, ok, tt.want)
			}
			if got := string(n.append(nil)); got != tt.text {
				t.Errorf("append(parse(%s)) = %s", tt.text, got)
			}
		})
	}
}

func TestEventNumberRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	last := ""
	for i := range 10_000 {
		time, seq := rng.Int64N(maxNumberTime+1)>>rng.IntN(48), table.Sequence(rng.Int64()>>rng.IntN(63))
		if i%4 == 0 { // as of now: all of one length
			time = labStart.UnixMilli() + rng.Int64N(1e9)
		}
		var mark [markBytes]byte
		for i := range mark {
			mark[i] = byte(rng.Uint32())
		}
		text := string(newEventNumber(time, seq, mark).append(nil))
		n, ok := parseEventNumber(text)
		if !ok || n.time() != time || n.sequence() != seq || n.mark() != mark {
			t.Fatalf("number of %d, %d, %x is %s, and that parses to %d, %d, %x, %t", time, seq, mark, text, n.time(), n.sequence(), n.mark(), ok)
		}
		if len(text) < numberDigits || len(text) > maxNumberDigits || i%4 == 0 && len(text) != numberDigits {
			t.Fatalf("number of %d, %d has %d digits", time, seq, len(text))
		}
		last = text
	}
	if last == "" {
		t.Error("no number was made")
	}
}

func TestEventIDsSortAsEvents(t *testing.T) {
	now := labStart.UnixMilli()
	ordered := []table.Cursor{
		{Time: 0, Sequence: 1}, {Time: 1, Sequence: 1}, {Time: now - 1, Sequence: math.MaxInt64},
		{Time: now, Sequence: 1}, {Time: now, Sequence: 2}, {Time: now, Sequence: 1<<40 + 1}, {Time: now + 1, Sequence: 1},
	}
	for i := range ordered[1:] {
		a := string(appendEventID(nil, ordered[i].Time, ordered[i].Sequence))
		b := string(appendEventID(nil, ordered[i+1].Time, ordered[i+1].Sequence))
		if a >= b || len(a) != numberDigits {
			t.Errorf("id of %+v is %s, of %+v it is %s, want it smaller, of %d digits", ordered[i], a, ordered[i+1], b, numberDigits)
		}
	}
}

func TestEventNumberOfExtremeTimes(t *testing.T) {
	for _, tt := range []struct {
		name       string
		time, want int64
	}{
		{"before 1970", -1, 0},
		{"long before", math.MinInt64, 0},
		{"the last", maxNumberTime, maxNumberTime},
		{"behind the last", maxNumberTime + 1, maxNumberTime},
		{"the greatest", math.MaxInt64, maxNumberTime},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := parseEventNumber(string(newEventNumber(tt.time, 5, [markBytes]byte{}).append(nil)))
			if !ok || n.time() != tt.want || n.sequence() != 5 {
				t.Errorf("number of time %d has %d, %d, %t, want %d, 5", tt.time, n.time(), n.sequence(), ok, tt.want)
			}
		})
	}
}

func TestParseEventNumberRefuses(t *testing.T) {
	good := string(appendEventID(nil, labStart.UnixMilli(), 1))
	for _, tt := range []struct{ name, text string }{
		{"nothing", ""},
		{"one digit less", good[1:]},
		{"a letter", good[:20] + "x" + good[21:]},
		{"a sign", "+" + good[1:]},
		{"a zero in front", "0" + good},
		{"more than 192 bits", "6277101735386680763835789423207666416102355444464034512896"},
		{"too many digits", strings.Repeat("1", maxNumberDigits+1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n, ok := parseEventNumber(tt.text); ok {
				t.Errorf("parseEventNumber(%q) = %v, want none", tt.text, n)
			}
		})
	}
	if n, ok := parseEventNumber("6277101735386680763835789423207666416102355444464034512895"); !ok || n != (eventNumber{math.MaxUint64, math.MaxUint64, math.MaxUint64}) {
		t.Errorf("parseEventNumber(2^192-1) = %x, %t", n, ok)
	}
}

func BenchmarkAppendEventID(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = appendEventID(buf[:0], labStart.UnixMilli(), 1<<40+12345)
	}
}
