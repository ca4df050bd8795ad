package sigv4

import (
	"container/list"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// A signingKey is derived from a secret for one day, region and service.
type signingKey [sha256.Size]byte

// A keyID says what a signing key is for.
type keyID struct{ accessKeyID, date, region, service string }

func deriveKey(secret string, id keyID) signingKey {
	k := mac([]byte("AWS4"+secret), []byte(id.date))
	k = mac(k[:], []byte(id.region))
	k = mac(k[:], []byte(id.service))
	return mac(k[:], []byte(terminator))
}

func mac(key, text []byte) signingKey {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	var sum signingKey
	h.Sum(sum[:0])
	return sum
}

// sign returns the signature of text in lower-case hexadecimal.
func (k signingKey) sign(text []byte) [2 * sha256.Size]byte {
	sum := mac(k[:], text)
	var signature [2 * sha256.Size]byte
	hex.Encode(signature[:], sum[:])
	return signature
}

// signed tells whether signature is text's. It takes as long for a wrong one as for a right one, whatever its length.
func (k signingKey) signed(text []byte, signature string) bool {
	want := k.sign(text)
	var got [len(want)]byte
	copy(got[:], signature)
	return hmac.Equal(got[:], want[:]) && len(signature) == len(want)
}

// maxSigningKeys bounds the cache of a Verifier: at about 300 bytes each, 3 MB.
const maxSigningKeys = 10_000

// A keyCache remembers the signing keys used last. It is safe for concurrent use.
type keyCache struct {
	max int // set by newKeyCache, then read-only

	mu struct {
		sync.Mutex
		entries map[keyID]*list.Element // of *cachedKey
		recent  list.List               // the one used last in front
	}
}

type cachedKey struct {
	id     keyID
	secret string // that key is derived from: after a rotation, the entry is worth nothing
	key    signingKey
}

func newKeyCache(limit int) *keyCache {
	c := &keyCache{max: limit}
	c.mu.entries = map[keyID]*list.Element{}
	return c
}

// get returns the key for id if it is remembered and was derived from secret.
func (c *keyCache) get(id keyID, secret string) (signingKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.mu.entries[id]
	if e == nil {
		return signingKey{}, false
	}
	found := e.Value.(*cachedKey)
	if !hmac.Equal([]byte(found.secret), []byte(secret)) {
		return signingKey{}, false
	}
	c.mu.recent.MoveToFront(e)
	return found.key, true
}

// put remembers a key, and drops the one that was not used for longest if there are too many.
func (c *keyCache) put(id keyID, secret string, key signingKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.mu.entries[id]; e != nil {
		c.drop(e)
	}
	c.mu.entries[id] = c.mu.recent.PushFront(&cachedKey{id, secret, key})
	if c.mu.recent.Len() > c.max {
		c.drop(c.mu.recent.Back())
	}
}

// forget drops all keys derived for an access key.
func (c *keyCache) forget(accessKeyID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, e := range c.mu.entries {
		if id.accessKeyID == accessKeyID {
			c.drop(e)
		}
	}
}

// drop removes e. The caller holds the lock.
func (c *keyCache) drop(e *list.Element) {
	delete(c.mu.entries, c.mu.recent.Remove(e).(*cachedKey).id)
}
