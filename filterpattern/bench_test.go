package filterpattern

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// webEvents returns n events as a web service writes them, about 390 bytes each, one in twenty an
// error. The seed is fixed: every run measures the same bytes.
func webEvents(n int) [][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	events := make([][]byte, n)
	methods := []string{"GET", "GET", "GET", "POST", "PUT", "DELETE"}
	for i := range events {
		level, msg, status := "info", "request handled", []int{200, 200, 201, 204, 304, 404}[rnd.IntN(6)]
		if rnd.IntN(20) == 0 {
			level, msg, status = "error", "request failed", 500+rnd.IntN(5)
		}
		events[i] = fmt.Appendf(nil, `{"time":"2026-03-%02dT%02d:%02d:%02d.%03dZ","level":"%s","msg":"%s","service":"orders","env":"production",`+
			`"version":"v1.%d.%d","fn":"HandleOrder","pkg":"internal/orders","requestId":"%08x-%04x-4%03x-a%03x-%012x","userId":"u-%06d",`+
			`"orgId":"o-%04d","method":"%s","path":"/api/v2/orders/%d/items","status":%d,"durationMs":%.2f,"bytes":%d,"traceId":"%016x%016x"}`,
			1+rnd.IntN(28), rnd.IntN(24), rnd.IntN(60), rnd.IntN(60), rnd.IntN(1000), level, msg, rnd.IntN(9), rnd.IntN(30),
			rnd.Uint32(), rnd.IntN(1<<16), rnd.IntN(1<<12), rnd.IntN(1<<12), rnd.Int64N(1<<48), rnd.IntN(1e6), rnd.IntN(1e4),
			methods[rnd.IntN(len(methods))], rnd.IntN(1e6), status, rnd.ExpFloat64()*40, rnd.IntN(1e5), rnd.Uint64(), rnd.Uint64())
	}
	return events
}

// accessLines returns n lines of a web server's access log.
func accessLines(n int) [][]byte {
	rnd := rand.New(rand.NewPCG(3, 4))
	lines := make([][]byte, n)
	for i := range lines {
		lines[i] = fmt.Appendf(nil, `10.0.%d.%d - u%d [%02d/Mar/2026:%02d:%02d:%02d +0000] "GET /api/v2/orders/%d HTTP/1.1" %d %d "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64)"`,
			rnd.IntN(256), rnd.IntN(256), rnd.IntN(1000), 1+rnd.IntN(28), rnd.IntN(24), rnd.IntN(60), rnd.IntN(60), rnd.IntN(1e6),
			[]int{200, 200, 200, 304, 404, 500}[rnd.IntN(6)], rnd.IntN(1e5))
	}
	return lines
}

// benchmark matches each pattern against all events, over and over.
func benchmark(b *testing.B, events [][]byte, patterns [][2]string) {
	size := 0
	for _, e := range events {
		size += len(e)
	}
	for _, np := range patterns {
		p := MustParse(np[1])
		b.Run(np[0], func(b *testing.B) {
			b.SetBytes(int64(size / len(events)))
			b.ReportAllocs()
			hits := 0
			for i := 0; b.Loop(); i++ {
				if p.Match(events[i%len(events)]) {
					hits++
				}
			}
			b.ReportMetric(100*float64(hits)/float64(b.N), "%hits")
		})
	}
}

func BenchmarkMatchJSON(b *testing.B) {
	benchmark(b, webEvents(4096), [][2]string{
		{"level and status", `{ $.level = "error" && $.status >= 500 }`},
		{"two numbers", `{ $.status >= 500 && $.durationMs > 100 }`},
		{"two numbers, all hit", `{ $.status >= 100 && $.durationMs >= 0 }`},
		{"either of two", `{ $.status >= 500 || $.durationMs > 100 }`},
		{"late texts", `{ $.method = "POST" && $.path = "/api/*" }`},
		{"not", `{ $.level != "info" && $.env != "test" }`},
		{"absent key", `{ $.coldStart = * }`},
		{"not exists", `{ $.error NOT EXISTS && $.status < 400 }`},
		{"wildcard key", `{ $.* = "HandleOrder" }`},
	})
}

func BenchmarkMatchTerms(b *testing.B) {
	benchmark(b, webEvents(4096), [][2]string{
		{"one rare", `"ERROR"`},
		{"one, 5 percent", `"request failed"`},
		{"two, all hit", `orders production`},
		{"either of two", `?error ?timeout`},
		{"with exclusion", `error -HandleOrder`},
		{"quoted json", `"\"level\":\"error\""`},
		{"common bytes", `"000"`},
		{"regex with text", `%status.:50[0-4]%`},
		{"regex without text", `%[45]0\d,%`},
	})
}

func BenchmarkMatchDelimited(b *testing.B) {
	benchmark(b, accessLines(4096), [][2]string{
		{"status", `[ip, id, user, time, request, status = 5*, size, ...]`},
		{"number", `[ip, id, user, time, request, status >= 500, size, referrer, agent]`},
		{"from the end", `[..., status = 404, size > 1000, referrer, agent]`},
		{"first column", `[ip = 10.0.7.*, ...]`},
	})
}
