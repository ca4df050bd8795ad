package eventhttp

import (
	"net/http"
	"strconv"
)

// statusClientGone is the status of requests whose client left without an answer, as nginx writes it.
const statusClientGone = 499

// A StatusError is the error of a request whose status says that it failed, where there is no better one.
type StatusError int

// Error returns the status with its text: status 503 Service Unavailable.
func (s StatusError) Error() string {
	text := "status " + strconv.Itoa(int(s))
	if name := http.StatusText(int(s)); name != "" {
		text += " " + name
	}
	return text
}

// served tells whether a request with this status counts as served: see the package's comment.
func served(status int) bool { return status < 500 }

// informational tells whether a status comes before the response's own, as 103 does.
func informational(status int) bool {
	return status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
}
