package exec

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// endlessSource gives no rows until its context ends.
type endlessSource struct{}

func (endlessSource) Scan(ctx context.Context, _ plan.Scan, _ int, _ func(int, *column.Batch) error) (ScanStats, error) {
	<-ctx.Done()
	return ScanStats{}, context.Cause(ctx)
}

// emptySource has no rows.
type emptySource struct{}

func (emptySource) Scan(context.Context, plan.Scan, int, func(int, *column.Batch) error) (ScanStats, error) {
	return ScanStats{}, nil
}

func TestSubqueryTakesTooLong(t *testing.T) {
	q, err := syntax.ParseQuery("filter a in (SOURCE 'slow' | fields b)")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(q, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Source: emptySource{}}
	for _, tt := range []struct {
		name   string
		source Source
		time   time.Duration
		want   string
	}{
		{"one that ends in time", emptySource{}, time.Hour, ""},
		{"one that does not", endlessSource{}, time.Millisecond, "the subquery took longer than the 1ms that one may take"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts.SubqueryTime = tt.time
			opts.Named = func(*syntax.Source) (Source, error) { return tt.source, nil }
			_, err := Run(t.Context(), p, opts)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
				t.Errorf("Run = %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("the whole query is stopped first", func(t *testing.T) {
		opts.SubqueryTime = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Run(ctx, p, opts); !errors.Is(err, context.Canceled) {
			t.Errorf("Run of a stopped query = %v, want that it was", err)
		}
	})
}
