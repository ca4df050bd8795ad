package sigv4

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// A reason is why a request is refused.
type reason uint8

const (
	missing      reason = iota // nothing is signed
	incomplete                 // parts of the signature lack or cannot be read
	malformed                  // the query cannot be read
	mismatched                 // the signature is of something else
	skewed                     // signed too long ago, or in the future
	outlived                   // presigned, and its time is over
	unknownKey                 // there is no such key
	wrongToken                 // not the session token of this key
	expiredToken               // the session is over
	wrongPayload               // the body is not the one that was signed
	cutShort                   // a chunked body ends too early, or cannot be read
)

// A dialect is a family of protocols that has its own codes for the same reasons.
type dialect uint8

const (
	jsonDialect  dialect = iota // JSON and CBOR
	queryDialect                // forms and XML
	s3Dialect
)

// refusals has, for each reason, its kind, its code in each dialect, and S3's text where S3 has its own.
var refusals = [...]struct {
	kind   fault.Kind
	codes  [3]string
	s3Text string
}{
	missing:      {fault.Denied, [3]string{"MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDenied"}, "Access Denied"},
	incomplete:   {fault.Invalid, [3]string{"IncompleteSignatureException", "IncompleteSignature", "AuthorizationHeaderMalformed"}, ""},
	malformed:    {fault.Invalid, [3]string{"MalformedQueryString", "MalformedQueryString", "InvalidURI"}, ""},
	mismatched:   {fault.Denied, [3]string{"InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"}, ""},
	skewed:       {fault.Denied, [3]string{"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"}, "The difference between the request time and the current time is too large."},
	outlived:     {fault.Denied, [3]string{"InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied"}, "Request has expired"},
	unknownKey:   {fault.Denied, [3]string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"}, "The AWS Access Key Id you provided does not exist in our records."},
	wrongToken:   {fault.Denied, [3]string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken"}, "The provided token is malformed or otherwise invalid."},
	expiredToken: {fault.Denied, [3]string{"ExpiredTokenException", "ExpiredToken", "ExpiredToken"}, "The provided token has expired."},
	wrongPayload: {fault.Denied, [3]string{"InvalidSignatureException", "SignatureDoesNotMatch", "XAmzContentSHA256Mismatch"}, "The provided 'x-amz-content-sha256' header does not match what was computed."},
	cutShort:     {fault.Invalid, [3]string{"IncompleteBody", "IncompleteBody", "IncompleteBody"}, ""},
}

// mismatchText is what AWS says of a wrong signature.
const mismatchText = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

// A refusal is a reason and its text, before it is known in which dialect to say it.
type refusal struct {
	reason  reason
	message string
	cause   error // for the operator
}

func (e *refusal) Error() string { return e.message }

func refuse(why reason, format string, args ...any) *refusal {
	return &refusal{reason: why, message: fmt.Sprintf(format, args...)}
}

// answer says a refusal in r's dialect. Other errors stay as they are.
func answer(r *http.Request, err error) error {
	why, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	row := refusals[why.reason]
	d := dialectOf(r)
	text := why.message
	if d == s3Dialect && row.s3Text != "" {
		text = row.s3Text
	}
	return &fault.Error{Kind: row.kind, Code: row.codes[d], Message: text, Err: why.cause}
}

// dialectOf tells which codes the sender of r understands. Signatures are checked before a codec is chosen, so it is
// judged by what the codecs look for, too: S3 by the credential's scope, query protocols by a form or an Action in
// the query without a target; all else is JSON's [R].
func dialectOf(r *http.Request) dialect {
	if s, ok := Scope(r); ok && s.Service == s3Service {
		return s3Dialect
	}
	if r.Header.Get("X-Amz-Target") != "" {
		return jsonDialect
	}
	_, rawQuery := target(r)
	query, err := parseQuery(rawQuery)
	if err == nil && slices.ContainsFunc(query, func(p param) bool { return p.name == "Action" }) ||
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return queryDialect
	}
	return jsonDialect
}
