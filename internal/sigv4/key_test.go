package sigv4

import (
	"fmt"
	"sync"
	"testing"
)

func TestKeyCacheIsBounded(t *testing.T) {
	c := newKeyCache(3)
	id := func(n int) keyID { return keyID{accessKeyID: fmt.Sprint("k", n)} }
	for n := range 3 {
		c.put(id(n), "s", signingKey{byte(n)})
	}
	c.get(id(0), "s") // so that 1 is the oldest
	c.put(id(3), "s", signingKey{3})
	for n, want := range []bool{true, false, true, true} {
		key, got := c.get(id(n), "s")
		if got != want || got && key != (signingKey{byte(n)}) {
			t.Errorf("get(k%d) = %v, %t, want it to be there: %t", n, key[:1], got, want)
		}
	}
	c.put(id(3), "s", signingKey{9})
	if len(c.mu.entries) != 3 || c.mu.recent.Len() != 3 {
		t.Errorf("%d entries, %d in the list, want 3", len(c.mu.entries), c.mu.recent.Len())
	}
}

func TestKeyCacheForgets(t *testing.T) {
	c := newKeyCache(10)
	c.put(keyID{"a", "1", "r", "s"}, "old", signingKey{1})
	c.put(keyID{"a", "2", "r", "s"}, "old", signingKey{2})
	c.put(keyID{"ab", "1", "r", "s"}, "old", signingKey{3})
	if _, ok := c.get(keyID{"a", "1", "r", "s"}, "new"); ok {
		t.Error("get with a rotated secret finds the old key")
	}
	c.forget("a")
	if _, ok := c.get(keyID{"a", "2", "r", "s"}, "old"); ok {
		t.Error("get after forget(a) finds a key of a")
	}
	if _, ok := c.get(keyID{"ab", "1", "r", "s"}, "old"); !ok {
		t.Error("get after forget(a) does not find ab")
	}
}

// TestOnlyGoodSignaturesAreRemembered: else strangers could fill the cache, or tell from it which keys exist.
func TestOnlyGoodSignaturesAreRemembered(t *testing.T) {
	v := newVerifier(testKeys(), Options{})
	for _, how := range []signing{{id: "AKIDNOBODY", secret: "x"}, {id: testKey, secret: "x"}} {
		r, body := signedGroups(t, how)
		if _, err := v.Verify(r, body); err == nil {
			t.Errorf("Verify(%+v) succeeds", how)
		}
	}
	if n := len(v.signing.mu.entries); n != 0 {
		t.Errorf("%d keys remembered after refusals, want 0", n)
	}
	r, body := signedGroups(t, signing{})
	for range 2 {
		if _, err := v.Verify(r, body); err != nil {
			t.Error(err)
		}
	}
	if n := len(v.signing.mu.entries); n != 1 {
		t.Errorf("%d keys remembered after two good requests, want 1", n)
	}
	v.Forget(testKey)
	if n := len(v.signing.mu.entries); n != 0 {
		t.Errorf("%d keys remembered after Forget, want 0", n)
	}
}

func TestRevokedAndRotatedKeys(t *testing.T) {
	keys := testKeys()
	v := newVerifier(keys, Options{})
	r, body := signedGroups(t, signing{})
	if _, err := v.Verify(r, body); err != nil {
		t.Fatal(err)
	}
	keys[testKey] = Credential{Secret: "rotated"}
	_, err := v.Verify(r, body)
	refused(t, "Verify after a rotation", err, "InvalidSignatureException", mismatchText)
	delete(keys, testKey)
	_, err = v.Verify(r, body)
	refused(t, "Verify after a deletion", err, "UnrecognizedClientException", "")
}

func TestVerifyFromManyGoroutines(t *testing.T) {
	v := newVerifier(testKeys(), Options{})
	v.signing.max = 2
	var wg sync.WaitGroup
	for g := range 8 {
		s := newSample(t, g)
		raw := wire(t, s.request)
		wg.Go(func() {
			for range 50 {
				r, body, err := receive(raw)
				if err == nil {
					_, err = v.Verify(r, body)
				}
				if err != nil {
					t.Errorf("%s: Verify: %v", s.from, err)
				}
				v.Forget(testKey)
			}
		})
	}
	wg.Wait()
}
