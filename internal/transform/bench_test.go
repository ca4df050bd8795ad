package transform

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/generate"
)

// benchmarks are transformers, and what kind of events each sees.
var benchmarks = []struct{ name, config, events string }{
	{"parseJSON", `[{"parseJSON":{}}]`, "web"},
	{"mutators", `[{"parseJSON":{}},
		{"addKeys":{"entries":[{"key":"meta.team","value":"labels"}]}},
		{"copyValue":{"entries":[{"source":"level","target":"severity"},{"source":"@logStreamName","target":"meta.stream"}]}},
		{"renameKeys":{"entries":[{"key":"durationMs","renameTo":"ms"}]}},
		{"deleteKeys":{"withKeys":["orgId","traceId"]}},
		{"upperCaseString":{"withKeys":["severity"]}},
		{"typeConverter":{"entries":[{"key":"ms","type":"integer"}]}}]`, "web"},
	{"strings", `[{"parseJSON":{}},
		{"substituteString":{"entries":[{"source":"requestId","from":"[0-9]+","to":"N"}]}},
		{"splitString":{"entries":[{"source":"path","delimiter":"/"}]}},
		{"trimString":{"withKeys":["msg"]}}]`, "web"},
	{"dateTimeConverter", `[{"parseJSON":{}},{"dateTimeConverter":{"source":"time","target":"day","matchPatterns":["yyyy-MM-dd'T'HH:mm:ss.SSSX"],"targetFormat":"EEE dd MMM yyyy HH:mm"}}]`, "web"},
	{"grok", `[{"grok":{"match":"%{IPV4:ip} - - \\[%{HTTPDATE:at}\\] \"%{WORD:method} %{URIPATHPARAM:path} HTTP/%{NUMBER:version}\" %{INT:status} %{INT:bytes}"}}]`, "access"},
	{"grok of a whole line", `[{"grok":{"match":"%{APACHE_ACCESS_LOG}"}}]`, "access"},
	{"csv", `[{"csv":{"columns":["a","b","c","d","e"]}}]`, "csv"},
	{"parseKeyValue", `[{"parseKeyValue":{"fieldDelimiter":" "}}]`, "pairs"},
	{"parseVPC", `[{"parseVPC":{}}]`, "vpc"},
}

// benchEvents returns events of a kind.
func benchEvents(tb testing.TB, kind string) []string {
	tb.Helper()
	var events []string
	for i := range 1000 {
		switch kind {
		case "access":
			events = append(events, fmt.Sprintf(`10.0.%d.7 - - [12/Feb/2026:10:11:%02d +0000] "GET /api/orders/%d?page=2 HTTP/1.1" 200 %d`, i%256, i%60, i, 100+i))
		case "csv":
			events = append(events, fmt.Sprintf(`%d,error,"the order, and %d more","a ""quoted"" word",10.0.0.%d`, i, i, i%256))
		case "pairs":
			events = append(events, fmt.Sprintf(`level=info msg=done order=%d duration=%dms host=web-%d status=200 path=/api/orders`, i, i%90, i%7))
		case "vpc":
			events = append(events, fmt.Sprintf("2 123456789010 eni-1235b8ca123456789 172.31.16.%d 172.31.16.21 %d 22 6 20 4249 1418530010 1418530070 ACCEPT OK", i%256, 1024+i))
		}
	}
	if kind != "web" {
		return events
	}
	var text bytes.Buffer
	if err := generate.Write(context.Background(), &text, generate.Options{Count: 1000, Seed: 1}); err != nil {
		tb.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(text.String()), "\n")
}

// TestBenchmarks checks that the benchmarks measure what they say: each event is transformed.
func TestBenchmarks(t *testing.T) {
	for _, bm := range benchmarks {
		tr := build1(t, bm.config)
		for _, event := range benchEvents(t, bm.events) {
			if made, err := tr.Apply(event, from); err != nil || len(made) < 20 {
				t.Errorf("%s: Apply(%s) = %s, %v", bm.name, event, made, err)
				break
			}
		}
	}
}

func BenchmarkApply(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			tr, events := build1(b, bm.config), benchEvents(b, bm.events)
			n := 0
			for _, event := range events {
				n += len(event)
			}
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				for _, event := range events {
					if _, err := tr.Apply(event, from); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
