// Package servicetest has what tests of services share: an account, a clock, a certificate, and a look at errors as a client of the SDK sees
// them. The services' catalogs, groups and rows are for each test to make.
package servicetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/page"
)

// Who asks unless a test says otherwise.
const (
	Account = "111122223333"
	Region  = "eu-central-1"
)

// Clock is the time of Now, in milliseconds since 1970.
const Clock = 1_795_000_000_000

// Now is a clock that stands.
func Now() time.Time { return time.UnixMilli(Clock) }

// Sealer returns a maker of tokens that do not grow old.
func Sealer() *page.Sealer { return page.NewSealer([32]byte{7}, Now) }

// As returns a context in which an account asks, in Region.
func As(account string) context.Context { return AsIn(account, Region) }

// AsIn returns a context in which an account asks in a region.
func AsIn(account, region string) context.Context {
	return caller.With(context.Background(), caller.Caller{Account: account, Region: region})
}

// ErrorText returns the code and the message of an error of the SDK, joined by ": "; any other error as it prints.
func ErrorText(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	return fmt.Sprint(err)
}

// WantError fails the test unless ErrorText says want of what a call returned. "" wants no error.
func WantError(t testing.TB, call string, err error, want string) {
	t.Helper()
	if err == nil && want == "" {
		return
	}
	if got := ErrorText(err); got != want {
		t.Errorf("%s: error %q, want %q", call, got, want)
	}
}
