// Package page makes the tokens that a caller of a list hands back for the next page. What a token says about the place is
// for the list to say; this package sees that nobody else wrote it and that it comes back where and when it may.
package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// MaxAge is how long a token is good: "the token expires after 24 hours" (CloudWatch Logs API reference).
const MaxAge = 24 * time.Hour

const (
	stampBytes = 8  // seconds since 1970, big endian
	tagBytes   = 16 // of the HMAC: 128 bits
)

// A Sealer seals and opens tokens. It is safe for concurrent use. Tokens are signed, not secret: a caller can read what is
// in its own.
type Sealer struct {
	key [32]byte
	now func() time.Time
}

// NewSealer returns a Sealer that opens what one with the same key sealed, in this process or another.
func NewSealer(key [32]byte, now func() time.Time) *Sealer { return &Sealer{key, now} }

// Seal returns a token for payload, in letters, digits, '-' and '_'. It opens only for the same purpose (an operation's name,
// with the parameters that a next page must repeat) and scope (the account and region).
func (s *Sealer) Seal(purpose, scope string, payload []byte) string {
	raw := make([]byte, 0, stampBytes+len(payload)+tagBytes)
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.now().Unix()))
	raw = append(raw, payload...)
	raw = append(raw, s.tag(purpose, scope, raw)...)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Open returns the payload of a token. It fails with fault.Invalid, without a code or text for the sender, if Seal did not
// make the token for this purpose and scope, or more than MaxAge ago.
func (s *Sealer) Open(purpose, scope, token string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < stampBytes+tagBytes {
		return nil, fault.New(fault.Invalid, "", "open token: %d characters of no token", len(token))
	}
	signed, tag := raw[:len(raw)-tagBytes], raw[len(raw)-tagBytes:]
	if !hmac.Equal(tag, s.tag(purpose, scope, signed)) {
		return nil, fault.New(fault.Invalid, "", "open token: signed for something else or by somebody else")
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(signed)), 0)
	if age := s.now().Sub(made); age > MaxAge {
		return nil, fault.New(fault.Invalid, "", "open token: %s old, want %s at most", age, MaxAge)
	}
	return signed[stampBytes:], nil
}

// SignatureBytes is how long a signature is: 128 bits.
const SignatureBytes = tagBytes

// Sign returns the signature of data, for what is no token of Seal's: a name that never expires, or one whose form others
// have set. It is the same in every process with the key. Who checks one makes it again and compares with hmac.Equal.
func (s *Sealer) Sign(purpose, scope string, data []byte) []byte {
	return s.tag("sign "+purpose, scope, data)
}

// tag signs purpose, scope and the rest of a token. Lengths go first, so that no two triples have the same bytes.
func (s *Sealer) tag(purpose, scope string, signed []byte) []byte {
	mac := hmac.New(sha256.New, s.key[:])
	for _, part := range []string{purpose, scope} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		mac.Write(n[:])
		mac.Write([]byte(part))
	}
	mac.Write(signed)
	return mac.Sum(nil)[:tagBytes]
}
