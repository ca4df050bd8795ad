// Package fault is the error that crosses package boundaries, with a part for each of its readers.
// How it is written in a protocol, and which requests deserve one, is for others to say.
package fault

import (
	"errors"
	"fmt"
)

// An Error has one part for each reader.
type Error struct {
	Kind    Kind   // for code: what to do next
	Code    string // for the SDK: AWS's name of the error, "ResourceNotFoundException"
	Message string // for the person who sent the request
	Err     error  // for the operator, nil if there is nothing to add; never sent over the wire
}

// New returns an error for the sender of a request. The message is format with args, as in fmt.Sprintf; it must
// hold nothing that the sender may not see. To keep a cause for the operator, set Err of the result.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// internalCode and internalMessage are what AWS's services answer when they fail (common errors of the
// query APIs: InternalFailure, status 500).
const (
	internalCode    = "InternalFailure"
	internalMessage = "The request could not be processed because of an internal failure."
)

// Internal returns an error that tells the sender nothing but that we failed, and the operator that err is why.
func Internal(err error) *Error {
	return &Error{Kind: InternalFailure, Code: internalCode, Message: internalMessage, Err: err}
}

// Of returns the nearest *Error in err's chain, and Internal(err) if there is none: what nobody has looked at is
// not for the sender's eyes. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if found, ok := errors.AsType[*Error](err); ok && found != nil {
		return found
	}
	return Internal(err)
}

// Is tells whether the nearest *Error in err's chain is of kind. An error without one is an InternalFailure;
// nil is of no kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}

// Error returns all parts in one line, for the operator.
func (e *Error) Error() string {
	text := e.Code
	if text == "" {
		text = e.Kind.String()
	}
	if e.Message != "" && !(e.Kind == InternalFailure && e.Err != nil) { // then Err says more
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
