package embedded

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
)

// maxTokens is how many tokens are remembered; beyond it the oldest is forgotten before its time. At 60 bytes each they take
// 64 MB: 1,100 appends with a token per second for as long as one lives.
const maxTokens = 1 << 20

// A tokenKey stands for a table, a partition and a token. That two of them meet by chance is as likely as that a disk turns
// every bit of a sector unnoticed.
type tokenKey [16]byte

// keyOf returns the key of a token; zero for "".
func keyOf(h home, text string) tokenKey {
	if text == "" {
		return tokenKey{}
	}
	var p [128]byte
	q := append(p[:0], h.table...)
	q = append(q, 0)
	q = binary.LittleEndian.AppendUint64(q, uint64(h.partition))
	q = append(q, text...)
	sum := sha256.Sum256(q)
	return tokenKey(sum[:])
}

// tokens remember receipts. Who has them holds the engine's lock.
type tokens struct {
	found map[tokenKey]token
	queue []token // oldest first
}

func newTokens() *tokens { return &tokens{found: map[tokenKey]token{}} }

// get returns the receipt of an append with that key that is remembered at a time.
func (t *tokens) get(key tokenKey, now int64) (token, bool) {
	found, ok := t.found[key]
	return found, ok && now < found.ingested+table.TokenLife.Milliseconds()
}

// put remembers a receipt, and forgets those whose time is over.
func (t *tokens) put(k token) {
	t.found[k.key] = k
	t.queue = append(t.queue, k)
	t.forget(k.ingested)
}

// take forgets a receipt that does not count: its rows are not there.
func (t *tokens) take(k token) {
	if t.found[k.key] == k {
		delete(t.found, k.key)
	}
	if i := slices.Index(t.queue, k); i >= 0 {
		t.queue = slices.Delete(t.queue, i, i+1)
	}
}

func (t *tokens) forget(now int64) {
	for len(t.queue) > 0 {
		k := t.queue[0]
		if now < k.ingested+table.TokenLife.Milliseconds() && len(t.queue) <= maxTokens {
			return
		}
		t.queue = t.queue[1:]
		if t.found[k.key] == k {
			delete(t.found, k.key)
		}
	}
}

// living returns those of some tokens that are still remembered.
func (t *tokens) living(all []token) []token {
	var kept []token
	for _, k := range all {
		if t.found[k.key] == k {
			kept = append(kept, k)
		}
	}
	return kept
}
