package files

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestPackedTextIsReadBack(t *testing.T) {
	text := bytes.Repeat([]byte("{\"level\":\"info\",\"n\":1}\n"), 50_000)
	for _, how := range []string{"gzip", "zstd"} {
		var packed bytes.Buffer
		w, err := Pack(&packed, how)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "packed")
		if err := os.WriteFile(name, packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		events := 0
		err = Events(context.Background(), Input{Path: name}, Options{}, func(*Event) error { events++; return nil })
		if err != nil || events != 50_000 || packed.Len() > len(text)/20 {
			t.Errorf("Pack(%s): %d events in %d bytes, %v; want 50000 in a twentieth of %d", how, events, packed.Len(), err, len(text))
		}
	}
	if _, err := Pack(nil, "lz4"); err == nil {
		t.Error(`Pack("lz4"): no error`)
	}
}
