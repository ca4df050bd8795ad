package fault

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	exists := New(Exists, "ResourceAlreadyExistsException", "The specified log group already exists")
	outer := New(Unavailable, "ServiceUnavailableException", "The service is read-only.")
	outer.Err = exists
	for _, tt := range []struct {
		name string
		err  error
		want *Error
	}{
		{"an error is itself", exists, exists},
		{"a wrapped error is found", fmt.Errorf("create group: %w", exists), exists},
		{"of two the outer one is nearest", fmt.Errorf("put: %w", outer), outer},
		{"a joined error is found", errors.Join(io.EOF, exists), exists},
		{"nil stays nil", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Of(tt.err); got != tt.want {
				t.Errorf("Of(%v) = %v, want %v", tt.err, got, tt.want)
			}
		})
	}
}

func TestOfHidesWhatNobodyClassified(t *testing.T) {
	const secret = "dial 10.0.0.7: password hunter2"
	for _, err := range []error{errors.New(secret), fmt.Errorf("x: %w", (*Error)(nil))} {
		got := Of(err)
		if got.Kind != InternalFailure || got.Code != "InternalFailure" || got.Kind.HTTPStatus() != 500 {
			t.Errorf("Of(unknown) = %s %q, want an internal failure", got.Kind, got.Code)
		}
		if strings.Contains(got.Message, "hunter2") {
			t.Errorf("Of(unknown).Message = %q, which tells the sender the cause", got.Message)
		}
		if !errors.Is(got, err) {
			t.Errorf("Of(%q) does not wrap it", err)
		}
	}
}

func TestIs(t *testing.T) {
	missing := New(NotFound, "ResourceNotFoundException", "The specified log group does not exist.")
	for _, tt := range []struct {
		name string
		err  error
		kind Kind
		want bool
	}{
		{"its kind", fmt.Errorf("get: %w", missing), NotFound, true},
		{"another kind", missing, Exists, false},
		{"an unknown error is internal", io.EOF, InternalFailure, true},
		{"nil is of no kind", nil, InternalFailure, false},
		{"an error without a kind is internal", &Error{Code: "X"}, InternalFailure, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Is(tt.err, tt.kind); got != tt.want {
				t.Errorf("Is(%v, %s) = %t, want %t", tt.err, tt.kind, got, tt.want)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	with := New(Unavailable, "ServiceUnavailableException", "The service is read-only.")
	with.Err = io.ErrShortWrite
	for _, tt := range []struct {
		name string
		err  *Error
		want string
	}{
		{"code and message", New(Invalid, "InvalidParameterException", "%d is not %s", 7, "a day"), "InvalidParameterException: 7 is not a day"},
		{"the cause comes last", with, "ServiceUnavailableException: The service is read-only.: short write"},
		{"an internal failure gives its cause", Internal(io.EOF), "InternalFailure: EOF"},
		{"an internal failure without a cause", Internal(nil), "InternalFailure: " + internalMessage},
		{"no code", &Error{Kind: Denied}, "denied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("Error() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		kind   Kind
		text   string
		status int
	}{
		{InternalFailure, "internal failure", 500}, {Invalid, "invalid", 400}, {NotFound, "not found", 400},
		{Exists, "exists", 400}, {Conflict, "conflict", 400}, {Limit, "limit", 400}, {Throttled, "throttled", 400},
		{Denied, "denied", 400}, {Unavailable, "unavailable", 503}, {99, "kind 99", 500},
	} {
		if got := tt.kind.String(); got != tt.text {
			t.Errorf("Kind(%d).String() = %q, want %q", tt.kind, got, tt.text)
		}
		if got := tt.kind.HTTPStatus(); got != tt.status {
			t.Errorf("%s.HTTPStatus() = %d, want %d", tt.kind, got, tt.status)
		}
	}
}
