package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

func TestKeysAndOrder(t *testing.T) {
	const at = `2026-11-21T10:00:00.123456Z`
	for _, tt := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"as usual", func(*Options) {}, `{"time":"` + at + `","level":"info","tag":"x","msg":"m","service":"s","env":"e","level2":1}`},
		{"Powertools", func(o *Options) { o.Keys = PowertoolsKeys },
			`{"timestamp":"` + at + `","level":"INFO","tag":"x","message":"m","service":"s","env":"e","level2":1}`},
		{"tag as the message", func(o *Options) { o.Keys = Keys{Tag: "message", Msg: "text"} },
			`{"time":"` + at + `","level":"info","message":"x","text":"m","service":"s","env":"e","level2":1}`},
		{"Powertools' order", func(o *Options) { o.Order = []string{"level", "msg", "time", "service"} },
			`{"level":"info","msg":"m","time":"` + at + `","service":"s","tag":"x","env":"e","level2":1}`},
		{"order of unknown and repeated keys", func(o *Options) { o.Order = []string{"env", "none", "env"} },
			`{"env":"e","time":"` + at + `","level":"info","tag":"x","msg":"m","service":"s","level2":1}`},
		{"a long key", func(o *Options) { o.Keys = Keys{Time: "the_time_at_which_this_event_was_written"} },
			`{"the_time_at_which_this_event_was_written":"` + at + `","level":"info","tag":"x","msg":"m","service":"s","env":"e","level2":1}`},
		{"keys with escapes", func(o *Options) { o.Keys = Keys{Tag: `"`}; o.Order = []string{`"`} },
			`{"\"":"x","time":"` + at + `","level":"info","msg":"m","service":"s","env":"e","level2":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			o := testLogger(&b).sink.opts
			o.Service, o.Env = "s", "e"
			tt.change(&o)
			l := New(o)
			l = newLogger(l.sink, (*fields)(nil).with(l, []slog.Attr{slog.String("service", "s"), slog.String("env", "e")}))
			for range 2 {
				b.Reset()
				l.Info(context.Background(), "x", slog.Int("level2", 1), Msg("m"))
				if got := strings.TrimSpace(b.String()); got != tt.want {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
			}
		})
	}
}

func TestNamesOfTheHeadNeverCollide(t *testing.T) {
	for _, tt := range []struct {
		name  string
		keys  Keys
		want  string // the event's keys
		taken string
	}{
		{"none is given", Keys{}, "time level tag msg fn pkg", ""},
		{"two swap their names", Keys{Time: "level", Level: "time"}, "level time tag msg fn pkg", ""},
		{"a usual name", Keys{Msg: "tag"}, "time level tag msg fn pkg", "tag"},
		{"a usual name of a later field", Keys{Time: "msg"}, "time level tag msg fn pkg", "msg"},
		{"one name twice", Keys{Time: "x", Level: "x"}, "x level tag msg fn pkg", "x"},
		{"the function's", Keys{Tag: "fn"}, "time level tag msg fn pkg", "fn"},
		{"the package's", Keys{Time: "pkg"}, "time level tag msg fn pkg", "pkg"},
		{"what cut events have", Keys{Tag: "truncated", Msg: "truncated_keys"}, "time level tag msg fn pkg", "truncated truncated_keys"},
		{"one whose usual name is another's", Keys{Time: "x", Level: "x", Msg: "level"}, "x level tag msg fn pkg", "x level"},
		{"all of one name", Keys{Time: "time", Level: "time", Tag: "time", Msg: "time"}, "time level tag msg fn pkg", "time time time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			var taken []string
			l := testLogger(&b, func(o *Options) {
				o.Keys, o.NoCaller = tt.keys, false
				o.OnProblem = func(p Problem) { taken = append(taken, p.Key) }
			})
			l.Info(context.Background(), "x", Msg("m"))
			var keys []string
			for _, f := range splitFields(b.Bytes()) {
				keys = append(keys, string(f.key))
			}
			if got := strings.Join(keys, " "); got != tt.want || strings.Join(taken, " ") != tt.taken {
				t.Errorf("Keys %+v: keys %s, told %s, want %s and %s", tt.keys, got, taken, tt.want, tt.taken)
			}
		})
	}
}

func TestFixedFields(t *testing.T) {
	env := map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "function", "ENVIRONMENT": "prod"}
	var b bytes.Buffer
	o := Options{Writer: &b, Version: "1.2", Getenv: func(k string) string { return env[k] }}
	line := func() string {
		b.Reset()
		New(o).Info(context.Background(), "x")
		return b.String()
	}
	if got := line(); !strings.Contains(got, `"service":"function","env":"prod","version":"1.2","fn":"TestFixedFields.`) &&
		!strings.Contains(got, `"service":"function","env":"prod","version":"1.2","fn":"TestFixedFields"`) {
		t.Errorf("got %s", got)
	}
	env["POWERTOOLS_SERVICE_NAME"], env["ENV"] = "service", "test"
	if got := line(); !strings.Contains(got, `"service":"service","env":"test","version":"1.2"`) {
		t.Errorf("got %s, want what POWERTOOLS_SERVICE_NAME and ENV say", got)
	}
	o.Service, o.Env = "code", "code"
	if got := line(); !strings.Contains(got, `"service":"code","env":"code","version":"1.2"`) {
		t.Errorf("got %s, want what the options say", got)
	}
}

func TestRedaction(t *testing.T) {
	names := []string{"password", "Card.Number", "token", "message"}
	type login struct {
		User     string
		Password string
		Deep     map[string]any
	}
	for _, tt := range []struct {
		name string
		attr slog.Attr
		want string
	}{
		{"a key", slog.String("password", "s3"), `,"password":"[redacted]"`},
		{"a key in capitals", slog.String("PassWord", "s3"), `,"PassWord":"[redacted]"`},
		{"a number", slog.Int("token", 3), `,"token":"[redacted]"`},
		{"another key", slog.String("passwords", "s3"), `,"passwords":"s3"`},
		{"the last part", slog.String("user.password", "s3"), `,"user.password":"[redacted]"`},
		{"a middle part", slog.String("user.password.old", "s3"), `,"user.password.old":"[redacted]"`},
		{"a dotted name", slog.String("card.number", "s3"), `,"card.number":"[redacted]"`},
		{"part of a dotted name", slog.String("number", "1"), `,"number":"1"`},
		{"in a group", slog.Group("user", slog.String("password", "s3"), slog.Int("id", 1)), `,"user.password":"[redacted]","user.id":1`},
		{"a group", slog.Group("password", slog.String("old", "s3"), slog.String("new", "s4")), `,"password":"[redacted]"`},
		{"an empty group", slog.Group("password"), ``},
		{"a dotted name by a group", slog.Group("card", slog.String("number", "s3")), `,"card.number":"[redacted]"`},
		{"the end of a longer key", slog.String("user.card.number", "s3"), `,"user.card.number":"[redacted]"`},
		{"inside of groups", slog.Group("a", slog.Group("token", slog.Int("b", 1)), slog.Int("c", 2)), `,"a.token":"[redacted]","a.c":2`},
		{"a struct", slog.Any("login", login{"u", "s3", map[string]any{"token": []int{1, 2}, "a": `"token":1`}}),
			`,"login":{"User":"u","Password":"[redacted]","Deep":{"a":"\"token\":1","token":"[redacted]"}}`},
		{"JSON", JSON("body", []byte(`{ "token" : { "a": "}" } , "b":[{"Token":null}], "to\u006ben": 1}`)),
			`,"body":{ "token" : "[redacted]" , "b":[{"Token":"[redacted]"}], "to\u006ben": "[redacted]"}`},
		{"a value that is a name", slog.Any("v", []string{"token", "password"}), `,"v":["token","password"]`},
		{"an error", slog.Any("token", fmt.Errorf("s3")), `,"token":"[redacted]"`},
		{"a LogValuer", slog.Any("token", &nilValuer{"s3"}), `,"token":"[redacted]"`},
		{"a secret", Secret("key", "s3"), `,"key":"[redacted]"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, how := range []string{"call", "logger", "context", "context of another logger"} {
				var b bytes.Buffer
				l := testLogger(&b, func(o *Options) { o.Redact = names })
				ctx := context.Background()
				switch how {
				case "call":
					l.Info(ctx, "label_created", tt.attr)
				case "logger":
					l.With(tt.attr).Info(ctx, "label_created")
				case "context":
					l.Info(With(l.Into(ctx), tt.attr), "label_created")
				default:
					other := testLogger(new(bytes.Buffer))
					ctx = With(other.Into(ctx), tt.attr)
					l.Info(ctx, "label_created")
				}
				want := tt.want
				if how == "context of another logger" && tt.name == "a group" {
					want = `,"password.old":"[redacted]","password.new":"[redacted]"` // the other one wrote them flat
				} else if how == "context of another logger" && tt.name == "inside of groups" {
					want = `,"a.token.b":"[redacted]","a.c":2`
				}
				if got := behindHead(t, b.String()); got != want {
					t.Errorf("%s:\ngot  %s\nwant %s", how, got, want)
				}
			}
		})
	}
}

func TestRedactedType(t *testing.T) {
	r := Redact("s3")
	inside, _ := json.Marshal(map[string]Redacted{"a": r})
	key, _ := json.Marshal(map[Redacted]int{r: 1})
	for _, got := range []string{fmt.Sprint(r), fmt.Sprintf("%#v %q %s %+v", r, r, r, r), fmt.Sprintf("%d", r),
		fmt.Sprintf("%t", r), fmt.Sprintf("%o", r), fmt.Sprintf("%U", r), fmt.Sprintf("%x", r), fmt.Sprint(map[Redacted]int{r: 1}),
		r.LogValue().String(), string(inside), string(key), fmt.Sprint(&r)} {
		if strings.Contains(got, "s3") || !strings.Contains(got, redaction.Mark) {
			t.Errorf("a redacted text is printed as %s", got)
		}
	}
	for _, got := range []string{fmt.Sprintf("%p", any(r)), fmt.Sprint(struct{ r Redacted }{r}), fmt.Sprintf("%#v", struct{ r Redacted }{r})} {
		if strings.Contains(got, "s3") {
			t.Errorf("a redacted text is printed as %s", got)
		}
	}
}

func TestRedactedTextsAreThere(t *testing.T) {
	var in struct{ Password Redacted }
	if err := json.Unmarshal([]byte(`{"Password":"s3"}`), &in); err != nil {
		t.Fatal(err)
	}
	if got := in.Password.Reveal(); got != "s3" || in.Password != Redact("s3") {
		t.Errorf("Reveal() = %q of a text from JSON, want s3", got)
	}
	if got := (Redacted{}).Reveal(); got != "" {
		t.Errorf("Reveal() = %q of the zero value, want nothing", got)
	}
}

func TestLargeEventsAreCut(t *testing.T) {
	text := func(n int) string { return strings.Repeat("x", n) }
	many := make([]slog.Attr, 100)
	for i := range many {
		many[i] = slog.String(fmt.Sprintf("key_%02d", i), text(20))
	}
	for _, tt := range []struct {
		name  string
		attrs []slog.Attr
		want  string // "" if only the size is looked at
	}{
		{"fits", []slog.Attr{slog.String("a", text(400))}, `,"a":"` + text(400) + `"`},
		{"fits exactly", []slog.Attr{slog.String("a", text(512-len(someHead)-len(`,"a":""}`+"\n")))}, `,"a":"` + text(512-len(someHead)-len(`,"a":""}`+"\n")) + `"`},
		{"one byte too many", []slog.Attr{slog.String("a", text(512-len(someHead)-len(`,"a":""}`)))}, `,"truncated":true,"truncated_keys":["a"]`},
		{"one giant", []slog.Attr{slog.Int("a", 1), slog.String("b", text(1000)), slog.Int("c", 1)}, `,"a":1,"c":1,"truncated":true,"truncated_keys":["b"]`},
		{"the largest first", []slog.Attr{slog.String("a", text(200)), slog.String("b", text(300)), slog.String("c", text(250))},
			`,"a":"` + text(200) + `","truncated":true,"truncated_keys":["b","c"]`},
		{"a giant message", []slog.Attr{Msg(text(1000)), slog.Int("c", 1)}, `,"c":1,"truncated":true,"truncated_keys":["msg"]`},
		{"nested values", []slog.Attr{slog.Any("a", map[string]any{"b": []string{"}", text(600)}, "c": `"`}), slog.Int("c", 1)},
			`,"c":1,"truncated":true,"truncated_keys":["a"]`},
		{"keys of that name", []slog.Attr{slog.Int("truncated", 1), slog.String("b", text(1000))}, `,"truncated":true,"truncated_keys":["truncated","b"]`},
		{"a giant key", []slog.Attr{slog.Int(text(1000), 1), slog.Int("c", 1)}, `,"c":1,"truncated":true,"truncated_keys":["` + text(128) + `…"]`},
		{"many fields", many, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			l := testLogger(&b, func(o *Options) { o.MaxBytes = 512 })
			l.Info(context.Background(), "label_created", tt.attrs...)
			if b.Len() > 512 {
				t.Errorf("%d bytes, want at most 512", b.Len())
			}
			got := behindHead(t, b.String())
			if tt.want != "" && got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if cut := strings.Contains(got, `"truncated":true`); cut != (l.Stats().Truncated == 1) {
				t.Errorf("cut: %t, but stats say %d", cut, l.Stats().Truncated)
			}
		})
	}
}

func TestLargeTagsAreCut(t *testing.T) {
	for _, tt := range []struct {
		name, tag, want string // want is the encoded tag
	}{
		{"no longer than what stays", strings.Repeat("x", 128), strings.Repeat("x", 128)},
		{"one byte longer", strings.Repeat("x", 129), strings.Repeat("x", 128) + "…"},
		{"much longer", strings.Repeat("x", 5000), strings.Repeat("x", 128) + "…"},
		{"an escape at the border", strings.Repeat("x", 127) + strings.Repeat("\n", 500), strings.Repeat("x", 127) + "…"},
		{"a long escape at the border", strings.Repeat("x", 125) + strings.Repeat("\x01", 500), strings.Repeat("x", 125) + "…"},
		{"a character at the border", strings.Repeat("x", 126) + strings.Repeat("日", 500), strings.Repeat("x", 126) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			testLogger(&b, func(o *Options) { o.MaxBytes = 512 }).Info(context.Background(), tt.tag, slog.Int("a", 1), slog.String("b", strings.Repeat("y", 600)))
			names := `["tag","b"]`
			if tt.tag == tt.want {
				names = `["b"]`
			}
			want := `"tag":"` + tt.want + `","a":1,"truncated":true,"truncated_keys":` + names + "}\n"
			if got := b.String(); b.Len() > 512 || !json.Valid(b.Bytes()) || !strings.HasSuffix(got, want) {
				t.Errorf("got  %s (%d bytes)\nwant …%s", got, b.Len(), want)
			}
		})
	}
}

func TestTheDefaultSizeIsThatOfCloudWatch(t *testing.T) {
	var b bytes.Buffer
	l := testLogger(&b)
	l.Info(context.Background(), "label_created", slog.String("a", strings.Repeat("x", 255<<10)))
	l.Info(context.Background(), "label_created", slog.String("a", strings.Repeat("x", 256<<10)))
	if got := l.Stats().Truncated; got != 1 || b.Len() < 255<<10 || b.Len() > 256<<10 {
		t.Errorf("%d events cut, %d bytes in all, want the second one cut", got, b.Len())
	}
}
