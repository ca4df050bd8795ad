package fault

import (
	"net/http"
	"strconv"
)

// A Kind tells code what an error means for it. The zero Kind is InternalFailure, so that an error nobody
// classified counts as ours.
type Kind uint8

// The kinds. "As is" means that the same request may succeed later, unchanged.
const (
	InternalFailure Kind = iota // we failed: a bug, a broken disk
	Invalid                     // the request is wrong in itself
	NotFound                    // what it names does not exist
	Exists                      // what it would create exists
	Conflict                    // what it would change was changed by somebody else, or is in a state that forbids it
	Limit                       // a quota is reached
	Throttled                   // too many requests; as is
	Denied                      // the sender may not do this, or is not known
	Unavailable                 // we cannot do this now: no disk space, shutting down; as is
)

var kindNames = [...]string{
	"internal failure", "invalid", "not found", "exists", "conflict", "limit", "throttled", "denied", "unavailable",
}

// String returns the kind in words.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// HTTPStatus returns the status of an error that AWS's model gives none: 400 for all that the sender caused, as in
// all of AWS's recorded awsJson answers (not found, denied and throttled among them), else 503 or 500. Where a protocol
// does it otherwise (403 for Denied in query and REST), its codec knows.
func (k Kind) HTTPStatus() int {
	switch k {
	case InternalFailure:
		return http.StatusInternalServerError
	case Unavailable:
		return http.StatusServiceUnavailable
	case Invalid, NotFound, Exists, Conflict, Limit, Throttled, Denied:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
