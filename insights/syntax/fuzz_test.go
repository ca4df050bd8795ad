package syntax

import (
	"errors"
	"testing"
	"unicode/utf8"
)

func FuzzParseQuery(f *testing.F) {
	for _, q := range realQueries(f) {
		f.Add(q.Query)
	}
	for _, q := range specQueries(f) {
		f.Add(q)
	}
	for _, path := range scripts(f) {
		for _, c := range readScript(f, path) {
			f.Add(c.query)
		}
	}
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 10_000 {
			t.Skip("longer than callers let through; comparing deep trees gets slow")
		}
		requireStable(t, query)
		requireSpans(t, query)
		NameKey(query)
		q, err := ParseQuery(query)
		if err == nil {
			Walk(q, func(any) bool { return true })
			return
		}
		var errs Errors
		if !errors.As(err, &errs) {
			t.Fatalf("ParseQuery(%q): %v is no Errors", query, err)
		}
		errs.Caret(query)
		length := utf8.RuneCountInString(query)
		for _, e := range errs {
			if s := e.Span; s.Start.Offset < 0 || s.End.Offset < s.Start.Offset || s.End.Offset > length || e.Msg == "" {
				t.Fatalf("ParseQuery(%q): %v at %v, want a place in %d characters", query, e, s, length)
			}
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"5m", "2hrs", "0s", "99999999999999999999y", "5 m", "-1d", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := ParsePeriod(s)
		if !ok {
			return
		}
		if again, ok := ParsePeriod(p.String()); !ok || again != p || p.N < 0 {
			t.Fatalf("ParsePeriod(%q) = %v, printed %q, which is %v, %v", s, p, p.String(), again, ok)
		}
	})
}

func BenchmarkParseQuery(b *testing.B) {
	for _, bench := range []struct{ name, query string }{
		{"short", `filter level = "error" | stats count(*) by bin(1h)`},
		{"all real queries", ""},
	} {
		queries := []string{bench.query}
		if bench.query == "" {
			queries = nil
			for _, q := range realQueries(b) {
				queries = append(queries, q.Query)
			}
		}
		size := 0
		for _, q := range queries {
			size += len(q)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, q := range queries {
					_, _ = ParseQuery(q)
				}
			}
		})
	}
}

func BenchmarkString(b *testing.B) {
	q, err := ParseQuery(`fields @timestamp, user.id as u | filter level in ["error", "warn"] and not (ms > 100 or a like /x/) | stats count(*) as n by bin(1h) | sort n desc | limit 20`)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(q.String())))
	b.ReportAllocs()
	for b.Loop() {
		_ = q.String()
	}
}
