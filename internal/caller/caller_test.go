package caller

import (
	"context"
	"testing"
)

func TestFrom(t *testing.T) {
	a := Caller{Account: "111111111111", Region: "eu-central-1", RequestID: "r1"}
	b := Caller{Account: "222222222222", Region: "eu-central-1"}
	ctx := With(context.Background(), a)
	for _, tt := range []struct {
		name string
		ctx  context.Context
		want Caller
	}{
		{"no request", context.Background(), Caller{}},
		{"a request", ctx, a},
		{"the innermost one counts", With(ctx, b), b},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := From(tt.ctx); got != tt.want {
				t.Errorf("From = %+v, want %+v", got, tt.want)
			}
		})
	}
}
