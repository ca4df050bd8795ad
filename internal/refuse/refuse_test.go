package refuse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/fault"
)

func TestWhatTheSenderSees(t *testing.T) {
	for _, tt := range []struct {
		name       string
		err        error
		code, text string
	}{
		{"a text with arguments", InvalidParameter("%d of %s", 7, "9"), "InvalidParameterException", "7 of 9"},
		{"a percent sign of an argument", NotFound("no %s", "100%d"), "ResourceNotFoundException", "no 100%d"},
		{"an operation", InvalidOperation("no"), "InvalidOperationException", "no"},
		{"a value", Validation("no"), "ValidationException", "no"},
		{"a name that is taken", Exists("no"), "ResourceAlreadyExistsException", "no"},
		{"a conflict", Conflict("no"), "ConflictException", "no"},
		{"a quota", QuotaExceeded("no"), "ServiceQuotaExceededException", "no"},
		{"a right", Denied("no"), "AccessDeniedException", "no"},
		{"a moment", Unavailable("no"), "ServiceUnavailableException", "no"},
		{"a limit", LimitExceeded(), "LimitExceededException", "Resource limit exceeded."},
		{"a limit with a text", TooMany("[%d]", 3), "LimitExceededException", "[3]"},
		{"a race", Aborted(), "OperationAbortedException", "A conflicting operation is currently in progress against this resource. Please try again."},
		{
			"a member", Constraint(0, "limit", "Member must have value greater than or equal to 1"), "InvalidParameterException",
			"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
		},
		{
			"a class", WrongClass("g", "INFREQUENT_ACCESS", "StartLiveTail"), "InvalidOperationException",
			"The log group g is of log-group-class INFREQUENT_ACCESS. StartLiveTail is not supported for this log class.",
		},
		{"a token", Token(fault.New(fault.Invalid, "", "open token")), "InvalidParameterException", "The specified nextToken is invalid."},
		{"a token of newer operations", ValidToken(fault.New(fault.Invalid, "", "open token")), "ValidationException", "The specified nextToken is invalid."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := errors.AsType[smithy.APIError](tt.err)
			if !ok || got.ErrorCode() != tt.code || got.ErrorMessage() != tt.text {
				t.Errorf("error = %v, want %s with the text %q", tt.err, tt.code, tt.text)
			}
		})
	}
}

func TestErrorsThatStay(t *testing.T) {
	full := fault.New(fault.Unavailable, "", "full")
	for _, tt := range []struct {
		name      string
		got, want error
	}{
		{"a list's other error", Token(io.EOF), io.EOF},
		{"a newer list's other error", ValidToken(io.EOF), io.EOF},
		{"what may succeed later", Internal("list", full), full},
		{"a sender who went", Internal("list", context.Canceled), context.Canceled},
		{"a cause, for the operator", Internal("list", io.EOF), io.EOF},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: error = %v, want one that is %v", tt.name, tt.got, tt.want)
		}
	}
	if err := errors.Join(Token(nil), ValidToken(nil)); err != nil {
		t.Errorf("Token(nil) = %v, want nil", err)
	}
	if err := Internal("list", io.EOF); !fault.Is(err, fault.InternalFailure) || fault.Of(err).Message == "list: EOF" {
		t.Errorf("Internal(list, EOF) = %v, want an internal failure that does not tell the sender", err)
	}
	if !IsMissing(fmt.Errorf("find: %w", NotFound("x"))) || IsMissing(LimitExceeded()) || IsMissing(nil) {
		t.Error("IsMissing is not true of NotFound alone")
	}
}

func TestReservedTag(t *testing.T) {
	for _, tt := range []struct {
		key  string
		want bool
	}{{"aws:x", true}, {"AWS:", true}, {"aws", false}, {"aws.x", false}, {"my aws:x", false}, {"ä", false}, {"", false}} {
		if got := ReservedTag(map[string]string{"team": "a", tt.key: ""}); got != tt.want {
			t.Errorf("ReservedTag of %q = %t, want %t", tt.key, got, tt.want)
		}
	}
}
