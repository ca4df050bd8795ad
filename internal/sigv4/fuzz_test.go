package sigv4

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// FuzzVerify feeds requests as received. Nothing may panic, and whatever is accepted the naive Verifier must accept too.
func FuzzVerify(f *testing.F) {
	for _, tt := range vectors {
		f.Add([]byte(toWire(tt.raw)))
	}
	for n := range 20 {
		f.Add(wire(f, newSample(f, n).request))
	}
	v := newVerifier(testKeys(), Options{Explain: true})
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, body, err := receive(raw)
		if err != nil {
			return
		}
		scope, read := Scope(r)
		got, err := v.Verify(r, body)
		if err != nil {
			return
		}
		if scope.Account = got.Account; !read || scope != got {
			t.Errorf("Scope = %+v, %t, but Verify = %+v", scope, read, got)
		}
		if !naiveVerify(testKeys(), testTime, r, body) && !strings.HasSuffix(r.URL.Path, ".") && !strings.HasSuffix(r.Host, "80") {
			t.Errorf("Verify accepts what the naive one refuses:\n%q", raw)
		}
	})
}

// FuzzChunks feeds bodies of chunks. Nothing may panic, and only what was signed may be handed out.
func FuzzChunks(f *testing.F) {
	u := upload{chunks: []string{"hello ", "world"}, trailer: []string{"x-amz-meta-end:1"}}
	r := u.headers(f)
	good := u.body(r)
	f.Add([]byte(good))
	f.Add([]byte(good[:100]))
	f.Add([]byte("0;chunk-signature=\r\n\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := r.Clone(t.Context())
		got, chunks, err := readChunks(t, r, bytes.NewReader(body))
		if !strings.HasPrefix(u.plain(), got) {
			t.Errorf("read(%q) = %q, which nobody signed", body, got)
		}
		if err == nil && (got != u.plain() || chunks.Trailer().Get("x-amz-meta-end") != "1") {
			t.Errorf("read(%q) = %q without an error", body, got)
		}
	})
}

// FuzzQuery checks that a query read once is read the same again.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"a=b&a=a&a-b=", "%2f=%e9+&&=x", "a;b", "%", "a=%zz", "X-Amz-Date=1&x-amz-date=2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := parseQuery(raw)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, p := range once {
			_, _ = io.WriteString(&b, p.name+"="+p.value+"&")
			if again, ok := recode(unescape(p.value), true); strings.ContainsAny(unescape(p.value), "+%") || ok && again == p.value {
				continue
			}
			t.Errorf("recode(unescape(%q)) differs", p.value)
		}
		twice, err := parseQuery(b.String())
		if err != nil || len(twice) != len(once) {
			t.Fatalf("parseQuery(%q) = %v, %v, want %v", b.String(), twice, err, once)
		}
		for i := range once {
			if once[i] != twice[i] {
				t.Errorf("parseQuery(%q) = %v, want %v", b.String(), twice, once)
			}
		}
	})
}
