package eventlog

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func TestPanicsOfAnyValue(t *testing.T) {
	type pair struct {
		A any
		B *int
	}
	circle := map[string]any{}
	circle["me"] = circle
	list := []any{1}
	list[0] = list
	inside := &pair{A: circle}
	var nobody *pair
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"a number", 7, "7"},
		{"a struct", pair{A: 1}, "{1 <nil>}"},
		{"a pointer", &pair{A: []int{1}}, "&{[1] <nil>}"},
		{"a nil pointer", nobody, "<nil>"},
		{"an error", errors.New("no"), "no"},
		{"a map that has itself inside", circle, "map[string]interface {}, too deep or too large to be printed"},
		{"a slice that has itself inside", list, "[]interface {}, too deep or too large to be printed"},
		{"a pointer to such a map", inside, "*eventlog.pair, too deep or too large to be printed"},
		{"a slice at the limit", make([]bool, 999), "["},
		{"a slice over the limit", make([]bool, 1000), "[]bool, too deep or too large to be printed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			ctx := testLogger(&b).Into(context.Background())
			func() {
				defer func() { _ = recover() }()
				defer Recover(ctx, "a_panicked")
				panic(tt.value)
			}()
			if got, want := b.String(), `"error":"`+tt.want; !strings.Contains(got, want) {
				t.Errorf("panic of a %T: got %.300s, want %s in it", tt.value, got, want)
			}
		})
	}
}
