package queries

import (
	"fmt"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/masking"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/transform"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// BenchmarkLensed asks over 50,000 events of the generated web shape, as they are, masked, and masked and transformed.
func BenchmarkLensed(b *testing.B) {
	const events = 50_000
	engine := openEmbedded(b, vfs.NewMem(), embedded.Options{FlushBytes: 1 << 20})
	fillBench(b, engine, events)
	size, err := engine.Size(b.Context(), 1)
	if err != nil {
		b.Fatal(err)
	}
	config, err := transform.ParseConfig(`[{"parseJSON":{}},{"addKeys":{"entries":[{"key":"team","value":"labels"}]}},{"renameKeys":{"entries":[{"key":"msg","renameTo":"text"}]}}]`)
	if err != nil {
		b.Fatal(err)
	}
	made, err := transform.New(config)
	if err != nil {
		b.Fatal(err)
	}
	mask := masking.New(masking.Rules{Managed: []string{"EmailAddress", "CreditCardNumber", "Ssn-US", "PhoneNumber-US"}})
	service := New(Options{Events: engine, Now: time.Now})
	for _, seen := range []struct {
		name string
		lens Lens
	}{{"plain", nil}, {"masked", maskLens{mask: mask}}, {"transformed", maskLens{mask: mask, made: made}}} {
		group := &fakeGroup{kind: discover.JSON, facts: Facts{Account: "1", Name: "web", Partition: 1, Lens: seen.lens}}
		for i := range benchStreams {
			group.number(fmt.Sprintf("host-%d", i))
		}
		for _, question := range []struct{ name, text string }{
			{"count", "stats count(*) by bin(1h)"},
			{"newest twenty", "fields @timestamp, @message | sort @timestamp desc | limit 20"},
			{"substring", "filter @message like 'no such text' | stats count(*)"},
			{"errors", "filter level = 'error' | stats count(*) by bin(1h)"},
			{"average", "stats avg(durationMs) by fn"},
		} {
			b.Run(seen.name+"/"+question.name, func(b *testing.B) {
				b.SetBytes(size.Bytes)
				b.ReportAllocs()
				since := cpu(b)
				for b.Loop() {
					q := &query{}
					q.sources = map[*syntax.Source]*source{nil: service.newSource(q, []Group{group})}
					opts := insights.Options{Events: true, Exec: exec.Options{
						Source: q.sources[nil], Env: function.Env{Now: benchFrom, Start: benchFrom - 1000, End: benchFrom + events*benchStep},
					}}
					p, err := insights.Compile(question.text, opts)
					if err != nil {
						b.Fatal(err)
					}
					q.setPlan(p)
					if _, err := service.evaluate(b.Context(), q, opts.Exec); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((cpu(b)-since).Seconds()*1000/float64(b.N), "cpu-ms/op")
			})
		}
	}
}
