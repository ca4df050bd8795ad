package shape

import (
	"testing"

	"github.com/groundwatch/groundwatch/internal/generate"
)

// benchRows is how many messages are taken apart before the result is asked for.
const benchRows = 16_384

func bytesIn(messages []string) (n int64) {
	for _, m := range messages {
		n += int64(len(m))
	}
	return n
}

func BenchmarkSplit(b *testing.B) {
	for _, shape := range generate.Shapes() {
		b.Run(shape, func(b *testing.B) {
			messages := sample(b, shape, benchRows)
			s := NewSplitter(Options{})
			b.SetBytes(bytesIn(messages))
			b.ReportAllocs()
			for b.Loop() {
				s.Reset()
				for _, m := range messages {
					s.Add(m)
				}
				r := s.Result()
				for from := 0; from < r.Len(); from += 8192 {
					r.Rows(from, min(r.Len(), from+8192))
				}
			}
		})
	}
}

func BenchmarkJoin(b *testing.B) {
	for _, shape := range generate.Shapes() {
		b.Run(shape, func(b *testing.B) {
			messages := sample(b, shape, benchRows)
			s := split(messages...)
			j, err := NewJoiner(s.Table())
			if err != nil {
				b.Fatal(err)
			}
			rows := rowsOf(s)
			var text []byte
			var ends []int
			b.SetBytes(bytesIn(messages))
			b.ReportAllocs()
			for b.Loop() {
				if text, ends, err = j.Append(text[:0], ends[:0], rows); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
