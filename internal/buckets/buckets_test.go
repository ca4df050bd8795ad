package buckets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// A bench is buckets under test: with one called "there", and none called "elsewhere".
type bench struct {
	put  func(ctx context.Context, bucket, key string, body []byte) error
	read func(key string) ([]byte, bool) // of "there"
}

func folderBench(t *testing.T) bench {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "there"), 0o777); err != nil {
		t.Fatal(err)
	}
	return bench{NewFolder(dir).Put, func(key string) ([]byte, bool) {
		text, err := os.ReadFile(filepath.Join(dir, "there", filepath.FromSlash(key)))
		return text, err == nil
	}}
}

// A fakeS3 answers PutObject as S3 does, over HTTP: what is not signed, not of the bucket or shorter than announced is refused.
type fakeS3 struct {
	t  *testing.T
	mu sync.Mutex

	objects map[string][]byte
	refuse  string // a code that every request is answered with
	failing int    // so many requests are answered with 503 first
}

func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case f.failing > 0:
		f.failing--
		answer(w, http.StatusServiceUnavailable, "SlowDown")
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKIATEST/") || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/s3/aws4_request"):
		answer(w, http.StatusForbidden, "AccessDenied")
	case f.refuse != "":
		answer(w, http.StatusForbidden, f.refuse)
	case r.Method != http.MethodPut || err != nil || int64(len(body)) != r.ContentLength:
		answer(w, http.StatusBadRequest, "IncompleteBody")
	case bucket != "there":
		answer(w, http.StatusNotFound, "NoSuchBucket")
	default:
		f.objects[key] = body
	}
}

func answer(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
}

func startS3(t *testing.T) (*fakeS3, *S3) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1") // where nobody listens: the one given wins
	f := &fakeS3{t: t, objects: map[string][]byte{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, NewS3(server.URL, "eu-west-1")
}

func s3Bench(t *testing.T) bench {
	f, s := startS3(t)
	return bench{s.Put, func(key string) ([]byte, bool) {
		f.mu.Lock()
		defer f.mu.Unlock()
		body, ok := f.objects[key]
		return body, ok
	}}
}

func TestPut(t *testing.T) {
	for name, open := range map[string]func(*testing.T) bench{"folder": folderBench, "s3": s3Bench} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
			for _, tt := range []struct {
				name, key string
				body      []byte
			}{
				{"at the root", "object", []byte("a")},
				{"below folders", "a/b c/2026-01-05-[$LATEST]ab/000000.gz", []byte("b")},
				{"of other letters", "a/größe/日本", []byte("c")},
				{"empty", "a/empty", nil},
				{"large", "a/large", large},
				{"again", "object", []byte("another")},
			} {
				if err := b.put(t.Context(), "there", tt.key, tt.body); err != nil {
					t.Errorf("%s: Put(there, %q) = %v", tt.name, tt.key, err)
				}
				if got, ok := b.read(tt.key); !ok || !bytes.Equal(got, tt.body) {
					t.Errorf("%s: object %q has %d bytes, there %t; want %d", tt.name, tt.key, len(got), ok, len(tt.body))
				}
			}
			if err := b.put(t.Context(), "elsewhere", "object", nil); !fault.Is(err, fault.NotFound) {
				t.Errorf("Put(elsewhere) = %v, want a NotFound", err)
			} else if said, want := fault.Of(err).Message, `there is no bucket "elsewhere"`; said != want {
				t.Errorf("Put(elsewhere) tells the sender %q, want %q", said, want)
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := b.put(ended, "there", "late", nil); err == nil {
				t.Error("Put() after the context's end = nil")
			}
			if _, ok := b.read("late"); ok {
				t.Error("Put() after the context's end stored its object")
			}
		})
	}
}

// TestPutAtOnce lets several writers, as accounts are, put objects into the same folder, some under the same key.
func TestPutAtOnce(t *testing.T) {
	for name, open := range map[string]func(*testing.T) bench{"folder": folderBench, "s3": s3Bench} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			body := func(writer int) []byte { return bytes.Repeat([]byte{byte('a' + writer)}, 64<<10) }
			var all sync.WaitGroup
			for writer := range 8 {
				all.Go(func() {
					for _, key := range []string{"a/shared", fmt.Sprintf("a/%d", writer)} {
						if err := b.put(t.Context(), "there", key, body(writer)); err != nil {
							t.Errorf("Put(%s) = %v", key, err)
						}
					}
				})
			}
			all.Wait()
			for writer := range 8 {
				if got, ok := b.read(fmt.Sprintf("a/%d", writer)); !ok || !bytes.Equal(got, body(writer)) {
					t.Errorf("object of writer %d: %d bytes, there %t, want its own", writer, len(got), ok)
				}
			}
			got, ok := b.read("a/shared")
			if !ok || len(got) != 64<<10 || !bytes.Equal(got, body(int(got[0]-'a'))) {
				t.Errorf("the object of all: %d bytes, there %t, want that of one writer", len(got), ok)
			}
		})
	}
}

func TestFolderStaysInside(t *testing.T) {
	b := folderBench(t)
	for _, tt := range []struct{ bucket, key string }{
		{"..", "x"}, {".", "x"}, {"a/b", "x"}, {"", "x"}, {"/etc", "x"},
		{"there", "../x"}, {"there", "/x"}, {"there", "a/../../x"}, {"there", "a//x"}, {"there", "a/"}, {"there", ""}, {"there", "."},
	} {
		if err := b.put(t.Context(), tt.bucket, tt.key, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("Put(%q, %q) = %v, want an Invalid", tt.bucket, tt.key, err)
		}
	}
	f, outside := NewFolder(t.TempDir()), t.TempDir()
	bucket := filepath.Join(f.dir, "there")
	if err := os.Mkdir(bucket, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(bucket, "link")); err != nil {
		t.Skip(err)
	}
	if err := f.Put(t.Context(), "there", "link/x", []byte("x")); err == nil {
		t.Error("Put() through a link out of the bucket = nil")
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 0 {
		t.Errorf("outside are %v, %v, want nothing", left, err)
	}
}

func TestTidyRemovesWhatKillsLeave(t *testing.T) {
	f := NewFolder(t.TempDir())
	bucket := filepath.Join(f.dir, "there")
	if err := os.MkdirAll(filepath.Join(bucket, "a", "b"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a/000000.gz", "a/" + draft + "1", "a/b/" + draft + "2", draft + "3"} {
		if err := os.WriteFile(filepath.Join(bucket, name), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a/000001.gz", "none/000000.gz"} {
		if err := f.Tidy(t.Context(), "there", key); err != nil {
			t.Errorf("Tidy(there, %s) = %v", key, err)
		}
	}
	for name, want := range map[string]bool{"a/000000.gz": true, "a/" + draft + "1": false, "a/b/" + draft + "2": true, draft + "3": true} {
		if _, err := os.Stat(filepath.Join(bucket, name)); (err == nil) != want {
			t.Errorf("after Tidy() %s is there: %t, want %t", name, err == nil, want)
		}
	}
	if err := f.Tidy(t.Context(), "elsewhere", "a/x"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Tidy(elsewhere) = %v, want a NotFound", err)
	}
	if err := f.Tidy(t.Context(), "there", "../x"); !fault.Is(err, fault.Invalid) {
		t.Errorf("Tidy(there, ../x) = %v, want an Invalid", err)
	}
}

func TestS3Errors(t *testing.T) {
	f, s := startS3(t)
	f.failing = 1
	if err := s.Put(t.Context(), "there", "x", []byte("x")); err != nil {
		t.Errorf("Put() to an endpoint that is busy once = %v", err)
	}
	f.refuse = "AccessDenied"
	err := s.Put(t.Context(), "there", "y", nil)
	if err == nil || fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("Put() to one that refuses = %v, want an error that names the reason", err)
	}
}
