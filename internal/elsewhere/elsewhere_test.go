package elsewhere

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// TestNothingIsDropped calls every operation: each fails as AWS does for what is missing, or lists nothing.
func TestNothingIsDropped(t *testing.T) {
	lists := map[string]bool{"DescribeImportTasks": true, "ListIntegrations": true, "ListAggregateLogGroupSummaries": true}
	seen := 0
	for _, o := range New().Operations() {
		var out any
		var err error
		if o.Stream != nil {
			err = o.Stream(context.Background(), o.New(), func(any) error {
				t.Errorf("%s sent an event", o.Name)
				return nil
			})
		} else {
			out, err = o.Call(context.Background(), o.New())
		}
		if lists[o.Name] {
			seen++
			if err != nil || !isEmpty(out) {
				t.Errorf("%s = %+v, %v, want an empty list", o.Name, out, err)
			}
			continue
		}
		e, ok := errors.AsType[smithy.APIError](err)
		if !ok || e.ErrorCode() != "ResourceNotFoundException" && e.ErrorCode() != "ValidationException" || !strings.Contains(e.ErrorMessage(), "not available on this server") {
			t.Errorf("%s = %v, want an error that says that it is not available", o.Name, err)
		}
	}
	if seen != len(lists) {
		t.Errorf("%d operations are lists, want %d", seen, len(lists))
	}
}

// isEmpty tells whether an output has one list, of no items, and nothing else.
func isEmpty(out any) bool {
	v := reflect.ValueOf(out).Elem()
	lists := 0
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Kind() == reflect.Slice && !f.IsNil() && f.Len() == 0:
			lists++
		case !f.IsZero():
			return false
		}
	}
	return lists == 1
}
