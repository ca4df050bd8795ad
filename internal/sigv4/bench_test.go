package sigv4

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func BenchmarkVerify(b *testing.B) {
	for _, size := range []int{200, 1 << 20} {
		b.Run(fmt.Sprintf("body of %d bytes", size), func(b *testing.B) {
			text := strings.Repeat("x", size)
			r := newRequest(b, "POST", "http://localhost:4566/", text,
				"Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "Logs_20140328.PutLogEvents")
			got, body := mustReceive(b, sign(b, r, text, signing{}))
			v := newVerifier(testKeys(), Options{})
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(got, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyPresigned(b *testing.B) {
	r := newRequest(b, "GET", "http://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", "")
	got, body := mustReceive(b, presign(b, r, "", signing{service: "sts"}))
	v := newVerifier(testKeys(), Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(got, body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefuseUnknownKey(b *testing.B) {
	r, body := signedGroups(b, signing{id: "AKIDNOBODY", secret: "x"})
	v := newVerifier(testKeys(), Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r, body); err == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkRefuseWrongSecret(b *testing.B) {
	good, body := signedGroups(b, signing{})
	bad, _ := signedGroups(b, signing{id: testKey, secret: "x"})
	v := newVerifier(testKeys(), Options{})
	if _, err := v.Verify(good, body); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(bad, body); err == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkChunks(b *testing.B) {
	chunk := strings.Repeat("x", 64<<10)
	u := upload{chunks: []string{chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk}}
	r := u.headers(b)
	body := u.body(r)
	v := newVerifier(testKeys(), Options{Chunked: true})
	b.SetBytes(int64(len(u.plain())))
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(strings.NewReader(body))
		_, chunks, err := v.VerifyChunked(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, chunks); err != nil {
			b.Fatal(err)
		}
	}
}
