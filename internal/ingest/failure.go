package ingest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A failure is an answer that is none. AWS documents 400 for what is not valid and 401 for who is not known; the bodies and the other
// statuses are ours [R].
type failure struct {
	status  int
	code    string
	message string
}

func (f failure) Error() string { return f.code + ": " + f.message }

func invalid(format string, args ...any) error {
	return failure{http.StatusBadRequest, "InvalidParameterException", fmt.Sprintf(format, args...)}
}

func tooLarge(format string, args ...any) error {
	return failure{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", fmt.Sprintf(format, args...)}
}

// failureOf returns what a sender is told of err.
func failureOf(err error) failure {
	if f, ok := errors.AsType[failure](err); ok {
		return f
	}
	if denied, ok := errors.AsType[*types.AccessDeniedException](err); ok {
		return failure{http.StatusUnauthorized, denied.ErrorCode(), denied.ErrorMessage()}
	}
	if unavailable, ok := errors.AsType[*types.ServiceUnavailableException](err); ok {
		return failure{http.StatusServiceUnavailable, unavailable.ErrorCode(), unavailable.ErrorMessage()}
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return failure{http.StatusBadRequest, api.ErrorCode(), api.ErrorMessage()}
	}
	f := fault.Of(err)
	return failure{f.Kind.HTTPStatus(), f.Code, f.Message}
}

// failJSON writes a failure as AWS's JSON protocols do.
func failJSON(_ string, f failure) []byte {
	b := jsonscan.AppendString([]byte(`{"__type":`), f.code)
	b = jsonscan.AppendString(append(b, `,"message":`...), f.message)
	return append(b, '}')
}

// rpcCodes are gRPC's codes for statuses: what OTLP has in its failures. Those that are not here have unknownCode.
var rpcCodes = map[int]int{
	http.StatusBadRequest: 3, http.StatusRequestEntityTooLarge: 3, http.StatusUnsupportedMediaType: 3, http.StatusMisdirectedRequest: 3,
	http.StatusRequestTimeout: 4, http.StatusForbidden: 7, http.StatusTooManyRequests: 8, http.StatusMethodNotAllowed: 12,
	http.StatusInternalServerError: 13, http.StatusServiceUnavailable: 14, http.StatusUnauthorized: 16,
}

const unknownCode = 2

func failOTLP(mediaType string, f failure) []byte {
	code, known := rpcCodes[f.status]
	if !known {
		code = unknownCode
	}
	return encodingOf(mediaType).Failure(code, f.Error())
}

// answerEmpty is the answer of the endpoints that tell nothing of what they skipped.
func answerEmpty(string, *refused) []byte { return []byte("{}") }

// answerOTLP tells what was refused as AWS does: numbers by reason, as JSON in a text. What is too large is ours [R]: AWS cuts it.
func answerOTLP(mediaType string, r *refused) []byte {
	why, n := "", int64(0)
	for _, reason := range []struct {
		name string
		n    int
	}{
		{"tooOldLogEventCount", r.tooOld}, {"tooNewLogEventCount", r.tooNew},
		{"expiredLogEventCount", r.expired}, {"tooLargeLogEventCount", r.large},
	} {
		if reason.n == 0 {
			continue
		}
		if n > 0 {
			why += ", "
		}
		n += int64(reason.n)
		why += fmt.Sprintf("%q: %d", reason.name, reason.n)
	}
	if n > 0 {
		why = "{" + why + "}"
	}
	return encodingOf(mediaType).Answer(n, why)
}
