package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
)

func TestProblemsOfConnectionsHaveOneTag(t *testing.T) {
	var out bytes.Buffer
	const text = "http: TLS handshake error from 127.0.0.1:42448: remote error: tls: bad certificate"
	slog.NewLogLogger(httpProblems{newEvents(&out).Handler()}, slog.LevelWarn).Print(text)
	var got struct{ Level, Tag, Error string }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.Tag != "connection_failed" || got.Level != "warn" || got.Error != text {
		t.Errorf("the event is %s (%v), want tag connection_failed and error %q", out.String(), err, text)
	}
}
