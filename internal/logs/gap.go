package logs

import (
	"crypto/hmac"
	"encoding/binary"
	"strings"

	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A gap is a place between two events of a stream: behind all events before that time and sequence, in front of all others. The
// zero gap is in front of everything.
type gap table.Cursor

// before and after return the gaps beside an event.
func before(e table.Cursor) gap { return gap(e) }
func after(e table.Cursor) gap  { return gap{e.Time, e.Sequence + 1} }

// start returns where a table.Page in that order begins if its first event is to be the next one from the gap. No cursor says that
// for the zero gap and descending order: there is none.
func (g gap) start(o table.Order) table.Cursor {
	if o == table.Ascending && g.Sequence > 0 {
		g.Sequence-- // sequences begin at 1: with 0 it is in front of all events of its time
	}
	return table.Cursor(g)
}

// A turn is a direction in a stream: the first letter of a token of GetLogEvents.
type turn byte

// The turns.
const (
	forward  turn = 'f'
	backward turn = 'b'
)

func (t turn) order() table.Order {
	if t == backward {
		return table.Descending
	}
	return table.Ascending
}

// gapTokenEnd ends the tokens of GetLogEvents, as on AWS.
const gapTokenEnd = "/s"

// gapToken returns the token that goes on from g in a stream. It has AWS's form, f/ or b/, 56 digits, /s; the digits are time,
// sequence and a signature of 80 bits. It says nothing but a place, so it is the same for the same place and does not expire.
func (s *Service) gapToken(t tenant, stream Stream, way turn, g gap) *string {
	b := make([]byte, 0, len("f/")+maxNumberDigits+len(gapTokenEnd))
	b = append(b, byte(way), '/')
	b = newEventNumber(g.Time, g.Sequence, s.gapMark(t, stream, way, g)).append(b)
	token := string(append(b, gapTokenEnd...))
	return &token
}

// openGapToken returns what gapToken put into token. Tokens of other streams and tenants are refused like all others.
func (s *Service) openGapToken(t tenant, stream Stream, token string) (turn, gap, error) {
	head, rest, _ := strings.Cut(token, "/")
	digits, ended := strings.CutSuffix(rest, gapTokenEnd)
	n, ok := parseEventNumber(digits)
	if !ok || !ended || head != string(forward) && head != string(backward) {
		return 0, gap{}, refuse.BadToken()
	}
	way, g, got := turn(head[0]), gap{n.time(), n.sequence()}, n.mark()
	want := s.gapMark(t, stream, way, g)
	if !hmac.Equal(got[:], want[:]) {
		return 0, gap{}, refuse.BadToken()
	}
	return way, g, nil
}

// gapMark signs a gap as it comes back out of the number.
func (s *Service) gapMark(t tenant, stream Stream, way turn, g gap) (mark [markBytes]byte) {
	data := []byte{byte(way)}
	for _, v := range []int64{stream.Number, numberTime(g.Time), int64(g.Sequence)} {
		data = binary.BigEndian.AppendUint64(data, uint64(v))
	}
	copy(mark[:], s.sealer.Sign("GetLogEvents", t.account+"/"+t.region, data))
	return mark
}
