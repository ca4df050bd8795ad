package part

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/groundwatch/groundwatch/column"
)

// randomUUID returns any 16 bytes as a UUID's text.
func randomUUID(r *rand.Rand) string {
	hi, lo := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}

// uuidFile returns a file with two columns of UUIDs.
func uuidFile(t testing.TB, batches ...*column.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, []Field{{"id", column.String}, {"tenant", column.String}})
	if err != nil {
		t.Fatal(err)
	}
	w.Compact()
	w.GroupBytes(1 << 18)
	w.UUIDs("id", "tenant")
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatalf("Write: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	return out.Bytes()
}

func TestUUIDsComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var batches []*column.Batch
	var want strings.Builder
	for range 3 {
		const n = 9001
		var id column.Builder
		tenant := &column.Column{Kind: column.String, Len: n, Strings: []string{randomUUID(r), randomUUID(r), randomUUID(r)}}
		for i := range n {
			tenant.Codes = append(tenant.Codes, uint32(i%3))
			if i%5 == 0 {
				id.Null()
				tenant.Nulls = tenant.Nulls.Set(i, n)
				want.WriteString("null  | null \n")
				continue
			}
			text := randomUUID(r)
			id.Text(text)
			want.WriteString("string " + text + " | string " + tenant.Str(i) + "\n")
		}
		batches = append(batches, batchOf(id.Column(), tenant))
	}
	data := uuidFile(t, batches...)
	file := open(t, data)
	if got, want := file.Fields(), []Field{{"id", column.String}, {"tenant", column.String}}; !cmp.Equal(got, want) {
		t.Errorf("Fields() = %v, want %v", got, want)
	}
	if got := rows(t, file, "id", "tenant"); got != want.String() {
		t.Errorf("rows (-want +got):\n%s", cmp.Diff(strings.Split(want.String(), "\n"), strings.Split(got, "\n")))
	}
	if got, want := len(data)/(3*9001), 15; got > want {
		t.Errorf("a row takes %d bytes, want at most %d", got, want)
	}
}

func TestUUIDsAreAllUUIDs(t *testing.T) {
	const good = "123e4567-e89b-12d3-a456-426614174000"
	for _, bad := range []string{
		"", "x", good[1:], good + "0", strings.ToUpper(good), strings.Replace(good, "-", "0", 1), "g" + good[1:], good[:35] + "-", good[:35] + "\xff",
	} {
		var out bytes.Buffer
		w, err := NewWriter(&out, []Field{{"id", column.String}})
		if err != nil {
			t.Fatal(err)
		}
		w.UUIDs("id")
		err = w.Write(batchOf(columnOf(good, nil, bad)))
		var kind *KindError
		if !errors.As(err, &kind) || kind.Row != 2 || !strings.Contains(err.Error(), "no UUID") {
			t.Errorf("Write of %q as a UUID: %v, want an error about row 2", bad, err)
		}
		if err := w.Write(batchOf(columnOf(good, nil))); err != nil {
			t.Errorf("Write after an error: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if got, want := rows(t, open(t, out.Bytes()), "id"), "string "+good+"\nnull \n"; got != want {
			t.Errorf("rows are %q, want %q", got, want)
		}
	}
}
