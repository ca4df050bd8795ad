package page

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func fixed(at time.Time) func() time.Time { return func() time.Time { return at } }

func TestOpen(t *testing.T) {
	for _, tt := range []struct {
		name    string
		payload string
	}{
		{"no payload", ""},
		{"a name", "/aws/lambda/x"},
		{"any bytes", "\x00\xff\n"},
		{"a long name", strings.Repeat("ü", 2000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token := NewSealer([32]byte{1}, fixed(start)).Seal("p", "s", []byte(tt.payload))
			again := NewSealer([32]byte{1}, fixed(start.Add(time.Minute))) // as after a restart
			if got, err := again.Open("p", "s", token); err != nil || string(got) != tt.payload {
				t.Errorf("Open(Seal(%q)) = %q, %v", tt.payload, got, err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	s := NewSealer([32]byte{1}, fixed(start))
	token := s.Seal("ab", "c", []byte("payload"))
	for _, tt := range []struct {
		name                  string
		s                     *Sealer
		purpose, scope, token string
	}{
		{"another purpose", s, "x", "c", token},
		{"another scope", s, "ab", "x", token},
		{"a border moved between purpose and scope", s, "a", "bc", token},
		{"another key", NewSealer([32]byte{2}, fixed(start)), "ab", "c", token},
		{"nothing", s, "ab", "c", ""},
		{"no base64", s, "ab", "c", "?" + token},
		{"cut short", s, "ab", "c", token[:len(token)-1]},
		{"only a tag", s, "ab", "c", token[:22]},
		{"something after it", s, "ab", "c", token + "AAAA"},
		{"padding", s, "ab", "c", token + "="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := tt.s.Open(tt.purpose, tt.scope, tt.token); !fault.Is(err, fault.Invalid) {
				t.Errorf("Open(%q, %q, %q) = %q, %v, want Invalid", tt.purpose, tt.scope, tt.token, got, err)
			}
		})
	}
}

func TestOpenRefusesEveryChangedBit(t *testing.T) {
	s := NewSealer([32]byte{1}, fixed(start))
	token := s.Seal("p", "s", []byte("payload"))
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatalf("token %q: %v", token, err)
	}
	for i := range len(raw) * 8 {
		bad := bytes.Clone(raw)
		bad[i/8] ^= 1 << (i % 8)
		if got, err := s.Open("p", "s", base64.RawURLEncoding.EncodeToString(bad)); err == nil {
			t.Errorf("Open with bit %d changed = %q, want an error", i, got)
		}
	}
}

func TestOpenAge(t *testing.T) {
	token := NewSealer([32]byte{1}, fixed(start)).Seal("p", "s", nil)
	for _, tt := range []struct {
		name string
		age  time.Duration
		good bool
	}{
		{"one second before its end", MaxAge - time.Second, true},
		{"at its end", MaxAge, true},
		{"one second after its end", MaxAge + time.Second, false},
		{"a clock that went back", -time.Hour, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewSealer([32]byte{1}, fixed(start.Add(tt.age))).Open("p", "s", token)
			if (err == nil) != tt.good {
				t.Errorf("Open after %s: %v, want good %t", tt.age, err, tt.good)
			}
		})
	}
}

func TestSign(t *testing.T) {
	s := NewSealer([32]byte{1}, fixed(start))
	want := s.Sign("ab", "c", []byte("data"))
	if len(want) != SignatureBytes {
		t.Errorf("Sign returned %d bytes, want %d", len(want), SignatureBytes)
	}
	for _, tt := range []struct {
		name                 string
		s                    *Sealer
		purpose, scope, data string
		same                 bool
	}{
		{"the same key a year later", NewSealer([32]byte{1}, fixed(start.AddDate(1, 0, 0))), "ab", "c", "data", true},
		{"another key", NewSealer([32]byte{2}, fixed(start)), "ab", "c", "data", false},
		{"another purpose", s, "x", "c", "data", false},
		{"another scope", s, "ab", "x", "data", false},
		{"a border moved between purpose and scope", s, "a", "bc", "data", false},
		{"other data", s, "ab", "c", "date", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.s.Sign(tt.purpose, tt.scope, []byte(tt.data))
			if bytes.Equal(got, want) != tt.same {
				t.Errorf("Sign(%q, %q, %q) = %x, and of ab, c, data %x; want same %t", tt.purpose, tt.scope, tt.data, got, want, tt.same)
			}
		})
	}
}
