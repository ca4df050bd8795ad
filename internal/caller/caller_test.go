package caller

import (
	"context"
	"testing"
)

func TestFrom(t *testing.T) {
	a := Caller{Account: "111111111111", Region: "us-east-1", RequestID: "1"}
	b := Caller{Account: "222222222222", Region: "eu-west-1", RequestID: "2"}
	type other struct{}
	for _, tt := range []struct {
		name string
		ctx  context.Context
		want Caller
	}{
		{"nobody", context.Background(), Caller{}},
		{"somebody", With(context.Background(), a), a},
		{"the nearest of two", With(With(context.Background(), a), b), b},
		{"below another value", context.WithValue(With(context.Background(), a), other{}, 1), a},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := From(tt.ctx); got != tt.want {
				t.Errorf("From = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestIsOurs(t *testing.T) {
	for agent, want := range map[string]bool{
		"": false, "aws-sdk-go-v2/1.2 os/linux": false, "aws-sdk-go-v2/1.2 app/groundwatch": true, "groundwatch": true,
		"groundwatch/1.2 x": true, "app/groundwatch/1.2": true, "groundwatcher/1": false, "x-groundwatch": false, "my/groundwatch": false,
	} {
		if got := (Caller{UserAgent: agent}).IsOurs(); got != want {
			t.Errorf("IsOurs of %q = %t, want %t", agent, got, want)
		}
	}
}
