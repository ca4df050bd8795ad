package logs

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"

	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A pointer is a logRecordPointer: which event it is, for GetLogRecord. Query results show it as @ptr. It names the group, so
// that it is looked for among the groups of whoever asks, and never leads to those of another tenant.
type pointer struct {
	partition table.Partition
	stream    int64
	at        table.Cursor
	group     string // its name
}

// pointerVersion is the first byte of a pointer's form: version, then partition, stream, time and sequence in 8 bytes each, the
// group's name, a signature; all that in URL-safe base64.
const pointerVersion = 1

const pointerHead = 1 + 4*8

// pointerText returns p as users see it: the same for the same event at any time. Pointers do not expire, events do.
func (s *Service) pointerText(t tenant, p pointer) string {
	b := append(make([]byte, 0, pointerHead+len(p.group)+page.SignatureBytes), pointerVersion)
	for _, v := range []int64{int64(p.partition), p.stream, p.at.Time, int64(p.at.Sequence)} {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	b = append(b, p.group...)
	b = append(b, s.signPointer(t, b)...)
	return base64.RawURLEncoding.EncodeToString(b)
}

func (s *Service) signPointer(t tenant, b []byte) []byte {
	return s.sealer.Sign("GetLogRecord", t.account+"/"+t.region, b)
}

// openPointer returns what pointerText made into text for the same tenant. [R] AWS's words about any other text are not known.
func (s *Service) openPointer(t tenant, text string) (pointer, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	n := len(b) - page.SignatureBytes
	if err != nil || n < pointerHead || b[0] != pointerVersion || !hmac.Equal(b[n:], s.signPointer(t, b[:n])) {
		return pointer{}, refuse.InvalidParameter("The specified logRecordPointer is invalid.")
	}
	word := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[1+8*i:])) }
	return pointer{
		partition: table.Partition(word(0)),
		stream:    word(1),
		at:        table.Cursor{Time: word(2), Sequence: table.Sequence(word(3))},
		group:     string(b[pointerHead:n]),
	}, nil
}
