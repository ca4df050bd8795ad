package bench

import (
	"bytes"
	"encoding/json"
	"testing"
)

// BenchmarkLog runs every case with every logger: BenchmarkLog/<case>/<front>/<logger>.
func BenchmarkLog(b *testing.B) {
	for _, c := range Cases {
		for _, l := range Loggers {
			var sink Sink
			call := l.Build(&sink, c)
			if call == nil {
				continue
			}
			b.Run(string(c)+"/"+l.Front+"/"+l.Name, func(b *testing.B) {
				b.ReportAllocs()
				if c == ParallelTen {
					b.RunParallel(func(p *testing.PB) {
						call := l.Build(new(Sink), c)
						for p.Next() {
							call()
						}
					})
					return
				}
				for b.Loop() {
					call()
				}
			})
		}
	}
}

// wanted are the keys that a case's line must have, so that nobody is fast by leaving something out.
var wanted = map[Case][]string{
	Message:      {},
	Five:         {"order", "region_to", "bytes", "cached", "took_ms"},
	Ten:          {"order", "region_to", "bytes", "cached", "took_ms", "route", "status", "share", "span", "due"},
	Context:      {"tenant", "stage", "request_id", "org_id", "user_id", "service", "region", "host", "pid", "shard"},
	ContextFive:  {"tenant", "shard", "order", "took_ms"},
	CallerFive:   {"order", "took_ms"},
	ContextPlace: {"tenant", "shard", "order", "took_ms", "fn", "pkg"},
	Error:        {"error"},
	ErrorStack:   {"error"},
}

func TestEveryLoggerWritesWhatItsCaseSays(t *testing.T) {
	for _, l := range Loggers {
		if l.Name == "no handler" {
			continue
		}
		for _, c := range Cases {
			var out bytes.Buffer
			call := l.Build(&out, c)
			if call == nil {
				continue
			}
			call()
			if c == Disabled {
				if out.Len() != 0 {
					t.Errorf("%s %s, %s: got %q, want nothing", l.Front, l.Name, c, out.String())
				}
				continue
			}
			var line map[string]any
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Errorf("%s %s, %s: %v in %q", l.Front, l.Name, c, err, out.String())
				continue
			}
			for _, key := range wanted[c] {
				if _, ok := line[key]; !ok {
					t.Errorf("%s %s, %s: no %s in %s", l.Front, l.Name, c, key, out.String())
				}
			}
			if c == ErrorStack && !bytes.Contains(out.Bytes(), []byte("deep")) {
				t.Errorf("%s %s, %s: no stack in %s", l.Front, l.Name, c, out.String())
			}
		}
	}
}
