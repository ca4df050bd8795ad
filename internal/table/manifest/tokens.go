package manifest

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
)

// maxTokens is how many tokens are remembered; beyond it the oldest is forgotten before its time. At 60 bytes each they take
// 64 MB: 1,100 appends with a token per second for as long as one lives.
const maxTokens = 1 << 20

// A TokenKey stands for a table, a partition and a token. That two of them meet by chance is as likely as that a disk turns
// every bit of a sector unnoticed.
type TokenKey [16]byte

// KeyOf returns the key of a token; zero for "".
func KeyOf(h Home, text string) TokenKey {
	if text == "" {
		return TokenKey{}
	}
	var p [128]byte
	q := append(p[:0], h.Table...)
	q = append(q, 0)
	q = binary.LittleEndian.AppendUint64(q, uint64(h.Partition))
	q = append(q, text...)
	sum := sha256.Sum256(q)
	return TokenKey(sum[:])
}

// Tokens remember receipts. Only one goroutine uses them at a time.
type Tokens struct {
	found map[TokenKey]Token
	queue []Token // oldest first
}

// NewTokens returns Tokens that remember nothing.
func NewTokens() *Tokens { return &Tokens{found: map[TokenKey]Token{}} }

// Get returns the receipt of an append with that key that is remembered at a time.
func (t *Tokens) Get(key TokenKey, now int64) (Token, bool) {
	found, ok := t.found[key]
	return found, ok && now < found.Ingested+table.TokenLife.Milliseconds()
}

// Put remembers a receipt, and forgets those whose time is over.
func (t *Tokens) Put(k Token) {
	t.found[k.Key] = k
	t.queue = append(t.queue, k)
	t.forget(k.Ingested)
}

// Take forgets a receipt that does not count: its rows are not there.
func (t *Tokens) Take(k Token) {
	if t.found[k.Key] == k {
		delete(t.found, k.Key)
	}
	if i := slices.Index(t.queue, k); i >= 0 {
		t.queue = slices.Delete(t.queue, i, i+1)
	}
}

func (t *Tokens) forget(now int64) {
	for len(t.queue) > 0 {
		k := t.queue[0]
		if now < k.Ingested+table.TokenLife.Milliseconds() && len(t.queue) <= maxTokens {
			return
		}
		t.queue = t.queue[1:]
		if t.found[k.Key] == k {
			delete(t.found, k.Key)
		}
	}
}

// Living returns those of some tokens that are still remembered.
func (t *Tokens) Living(all []Token) []Token {
	var kept []Token
	for _, k := range all {
		if t.found[k.Key] == k {
			kept = append(kept, k)
		}
	}
	return kept
}

// All returns the receipts that are remembered, oldest first.
func (t *Tokens) All() []Token { return slices.Clone(t.queue) }
