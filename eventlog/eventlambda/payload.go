package eventlambda

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog"
)

// textOf returns an event or a response as JSON.
func textOf(v any) (text []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // of a MarshalJSON: writing events must not end the invocation
			text, err = nil, fmt.Errorf("write %T as JSON: panic: %v", v, p)
		}
	}()
	switch t := v.(type) {
	case json.RawMessage:
		return t, nil
	case []byte:
		return t, nil
	}
	if text, err = json.Marshal(v); err != nil {
		return nil, fmt.Errorf("write %T as JSON: %w", v, err)
	}
	return text, nil
}

// writeJSON writes v without secrets as a field of an event of its own.
func (f *function) writeJSON(ctx context.Context, tag, key string, v any) {
	text, err := textOf(v)
	if err == nil {
		text, err = f.secret.redact(text)
	}
	if err != nil {
		eventlog.Info(ctx, tag, eventlog.Err(err))
		return
	}
	eventlog.Info(ctx, tag, eventlog.JSON(key, text))
}

// SecretKeys returns the keys, in lower case, whose values are never written with an event or a response, at any depth
// and also in texts that are JSON themselves, such as an HTTP body.
func SecretKeys() []string {
	return []string{
		"authorization", "proxy-authorization", "cookie", "cookies", "set-cookie", "x-api-key", "apikey", "api_key", "api-key",
		"x-amz-security-token", "rawquerystring", "password", "passwd", "secret", "client_secret", "clientsecret", "token",
		"access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "idtoken", "private_key", "privatekey",
	}
}

const redacted = "[redacted]"

// maxNested is how many texts inside texts are looked into.
const maxNested = 3

// secretKeys holds lower-case keys.
type secretKeys map[string]bool

func newSecretKeys(more []string) secretKeys {
	s := secretKeys{}
	for _, k := range append(SecretKeys(), more...) {
		s[strings.ToLower(k)] = true
	}
	return s
}

// redact returns text with the values of secret keys replaced. Members come out sorted by name.
func (s secretKeys) redact(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s.clean(v, 0)); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// clean replaces in v what is secret, and returns it.
func (s secretKeys) clean(v any, nested int) any {
	switch t := v.(type) {
	case map[string]any:
		for k, member := range t {
			if s[strings.ToLower(k)] {
				t[k] = redacted
				continue
			}
			t[k] = s.clean(member, nested)
		}
	case []any:
		for i := range t {
			t[i] = s.clean(t[i], nested)
		}
	case string:
		return s.cleanText(t, nested)
	}
	return v
}

func (s secretKeys) cleanText(text string, nested int) string {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	if nested == maxNested || trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return text
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return text
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(s.clean(v, nested+1)) != nil {
		return text
	}
	return strings.TrimSuffix(out.String(), "\n")
}
