package eventlog

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestCuttingKeepsMetrics(t *testing.T) {
	const meta = `{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Labels","Dimensions":[["carrier"]],"Metrics":[{"Name":"siz\u00e9\""}]}]}`
	long := strings.Repeat("x", 151)
	for _, tt := range []struct {
		name  string
		attrs []slog.Attr
		want  string
	}{
		{"before small fields", []slog.Attr{slog.Int("a", 1), JSON("_aws", []byte(meta)), slog.String("carrier", long), slog.String("b", long[1:]), slog.Int(`sizé"`, 2)},
			`,"a":1,"_aws":` + meta + `,"carrier":"` + long + `","sizé\"":2,"truncated":true,"truncated_keys":["b"]`},
		{"_aws where the rest has no room", []slog.Attr{slog.Int("a", 1), JSON("_aws", []byte(meta)), slog.String("carrier", strings.Repeat("x", 300))},
			`,"a":1,"_aws":` + meta + `,"truncated":true,"truncated_keys":["carrier"]`},
		{"and no _aws without metrics", []slog.Attr{slog.Int("a", 1), JSON("_aws", []byte(`{"CloudWatchMetrics":[],"x":"`+strings.Repeat("x", 250)+`"}`)), slog.String("b", strings.Repeat("x", 200))},
			`,"a":1,"b":"` + strings.Repeat("x", 200) + `","truncated":true,"truncated_keys":["_aws"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			l := testLogger(&b, func(o *Options) { o.MaxBytes = 512 })
			l.Info(context.Background(), "label_created", tt.attrs...)
			if got := behindHead(t, b.String()); got != tt.want || b.Len() > 512 {
				t.Errorf("%d bytes, want at most 512\ngot  %s\nwant %s", b.Len(), got, tt.want)
			}
		})
	}
}

func TestRoom(t *testing.T) {
	const meta = `{"CloudWatchMetrics":[{"Dimensions":[["a"]]}]}`
	for _, keys := range []Keys{{}, PowertoolsKeys} {
		for _, more := range []int{0, 1} {
			var b bytes.Buffer
			l := testLogger(&b, func(o *Options) { o.MaxBytes, o.Keys = 2000, keys })
			const tag = "sizé_\"recorded\""
			room := l.Room(tag) - len(`,"_aws":`+meta) - len(`,"a":""`)
			l.Error(context.Background(), tag, slog.String("b", strings.Repeat("y", 3000)), JSON("_aws", []byte(meta)), slog.String("a", strings.Repeat("x", room+more)))
			if kept := strings.Contains(b.String(), `"a":"xx`); kept != (more == 0) || b.Len() > 2000 || kept && b.Len() < 1999 {
				t.Errorf("metrics of Room(%s) and %d bytes: kept is %t, in %d bytes, want %t in 2000 (keys %+v)", tag, more, kept, b.Len(), more == 0, keys)
			}
		}
	}
}
