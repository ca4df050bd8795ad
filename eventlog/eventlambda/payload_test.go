package eventlambda

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestRedact(t *testing.T) {
	s := newSecretKeys([]string{"IBAN"})
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", `{"a":[1,"x",null,true]}`, `{"a":[1,"x",null,true]}`},
		{"headers of any case", `{"headers":{"Authorization":"Bearer x","X-Api-Key":"k","accept":"*/*"}}`, `{"headers":{"Authorization":"[redacted]","X-Api-Key":"[redacted]","accept":"*/*"}}`},
		{"of any type", `{"password":7,"token":{"a":1},"cookies":["a=b"]}`, `{"cookies":"[redacted]","password":"[redacted]","token":"[redacted]"}`},
		{"own keys", `{"iban":"DE00","Iban2":"x"}`, `{"Iban2":"x","iban":"[redacted]"}`},
		{"a body that is JSON", `{"body":"{\"password\":\"x\",\"user\":\"<u>\"}"}`, `{"body":"{\"password\":\"[redacted]\",\"user\":\"<u>\"}"}`},
		{"a body that looks like it", `{"body":"{password"}`, `{"body":"{password"}`},
		{"an array at the top", `[{"secret":1}]`, `[{"secret":"[redacted]"}]`},
		{"large numbers", `{"n":12345678901234567890.123}`, `{"n":12345678901234567890.123}`},
		{"a text", `"x"`, `"x"`},
		{"a query", `{"rawQueryString":"token=x","queryStringParameters":{"token":"x","page":"2"}}`, `{"queryStringParameters":{"page":"2","token":"[redacted]"},"rawQueryString":"[redacted]"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.redact([]byte(tt.text))
			if string(got) != tt.want || err != nil {
				t.Errorf("redact(%s) = %s, %v, want %s", tt.text, got, err, tt.want)
			}
		})
	}
	if got, err := s.redact([]byte(`{`)); err == nil {
		t.Errorf("redact({) = %s, want an error", got)
	}
}

func TestRedactLooksOnlySoDeep(t *testing.T) {
	text := `{"password":"x"}`
	for range maxNested {
		quoted, _ := json.Marshal(map[string]string{"body": text})
		text = string(quoted)
	}
	got, err := newSecretKeys(nil).redact([]byte(text))
	if err != nil || strings.Contains(string(got), `"x`) {
		t.Errorf("redact(%s) = %s, %v, want no password", text, got, err)
	}
}

type unwilling struct{}

func (unwilling) MarshalJSON() ([]byte, error) { return nil, errNoInk }

type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic(errNoInk) }

func TestTextOf(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
		err  string
	}{
		{map[string]int{"a": 1}, `{"a":1}`, ""},
		{[]byte(`{"a":1}`), `{"a":1}`, ""},
		{json.RawMessage(`{"a":1}`), `{"a":1}`, ""},
		{unwilling{}, "", "write eventlambda.unwilling as JSON: json: error calling MarshalJSON for type eventlambda.unwilling: printer has no ink"},
		{panicking{}, "", "write eventlambda.panicking as JSON: panic: printer has no ink"},
		{make(chan int), "", "write chan int as JSON: json: unsupported type: chan int"},
	} {
		got, err := textOf(tt.v)
		if string(got) != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("textOf(%T) = %s, %v, want %s, %s", tt.v, got, err, tt.want, tt.err)
		}
	}
}

func TestLogEventAndResponse(t *testing.T) {
	type order struct {
		ID       int    `json:"id"`
		Password string `json:"password"`
	}
	event := map[string]any{"id": 7.0, "password": "[redacted]"}
	for _, tt := range []struct {
		name string
		vars map[string]string
		opts Options
		err  error
		want string
	}{
		{"off", nil, Options{}, nil, "invocation_finished"},
		{"off in the environment", map[string]string{"POWERTOOLS_LOGGER_LOG_EVENT": "false"}, Options{}, nil, "invocation_finished"},
		{"event by option", nil, Options{LogEvent: true}, nil, "invocation_received invocation_finished"},
		{"event by environment", map[string]string{"POWERTOOLS_LOGGER_LOG_EVENT": "true"}, Options{}, nil, "invocation_received invocation_finished"},
		{"response by option", nil, Options{LogResponse: true}, nil, "invocation_answered invocation_finished"},
		{"both by environment", map[string]string{"POWERTOOLS_LOGGER_LOG_EVENT": "1", "POWERTOOLS_LOGGER_LOG_RESPONSE": "1"}, Options{}, nil, "invocation_received invocation_answered invocation_finished"},
		{"no response of a failure", nil, Options{LogResponse: true}, errors.New("no"), "invocation_failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(eventlog.Options{})
			tt.opts.Logger, tt.opts.Getenv = rec.log, environ(tt.vars)
			Wrap(func(_ context.Context, o order) (order, error) { return o, tt.err }, tt.opts)(t.Context(), order{7, "x"})
			events := rec.events(t)
			if got := tags(events); got != tt.want {
				t.Errorf("events %s, want %s", got, tt.want)
			}
			for _, e := range events {
				for _, key := range []string{"event", "response"} {
					if got, ok := e[key]; ok && !reflect.DeepEqual(got, event) {
						t.Errorf("%s = %v, want %v", key, got, event)
					}
				}
			}
		})
	}
}

func TestLogEventThatHasNoJSON(t *testing.T) {
	rec := newRecorder(eventlog.Options{})
	o := rec.options(nil)
	o.LogEvent = true
	Wrap(func(context.Context, chan int) (string, error) { return "", nil }, o)(t.Context(), nil)
	events := rec.events(t)
	has(t, events[0], map[string]any{"tag": "invocation_received", "error": "write chan int as JSON: json: unsupported type: chan int", "event": nil})
}
