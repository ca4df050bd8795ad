package remote

import (
	"crypto/tls"
	"errors"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

const (
	// attempts is how often a call is tried: a server that restarts or whose disk is full is back within some.
	attempts = 6

	// startDelay is between attempts to reach a server on this machine that has never answered. It may be about to start, or
	// nobody started it: the latter has to be told within about a second.
	startDelay = 200 * time.Millisecond
)

// A patience decides how long a client goes on trying. It tries once what stays as it is: a certificate that nobody vouches for, a
// scheme that the server does not speak.
type patience struct {
	local    bool // the server is on this machine
	client   aws.HTTPClient
	answered atomic.Bool
}

// Do sends a request, and notes whether there was an answer. One that no log service gives is an error.
func (p *patience) Do(r *http.Request) (*http.Response, error) {
	resp, err := p.client.Do(r)
	if err != nil {
		return resp, err
	}
	p.answered.Store(true)
	if r.URL.Scheme == "http" && resp.StatusCode == http.StatusBadRequest && len(resp.Header) == 0 {
		// So does Go's server answer on a port of TLS, and breaks the connection before its text has come.
		_ = resp.Body.Close()
		return nil, errWantsTLS
	}
	return resp, nil
}

// errWantsTLS says that a server was called by http:// and wants https://.
var errWantsTLS = errors.New("the server does not speak http")

// retryer returns how to try again.
func (p *patience) retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(retryable)}, o.Retryables...)
		usual := retry.NewExponentialJitterBackoff(o.MaxBackoff)
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, err error) (time.Duration, error) {
			if p.local && !p.answered.Load() && errors.Is(err, syscall.ECONNREFUSED) {
				return startDelay, nil
			}
			return usual.BackoffDelay(attempt, err)
		})
	})
}

// impatient returns a client that tries to reach the service once, for those who go on by themselves: the pauses between its own
// attempts, of up to 20 seconds, would keep them from telling people, and from noticing that it is back.
func (c *Client) impatient() *Client {
	out := *c
	out.Logs = cloudwatchlogs.New(c.Logs.Options(), func(o *cloudwatchlogs.Options) {
		o.Retryer = &onceReached{o.Retryer}
	})
	return &out
}

// An onceReached tries again only what somebody answered.
type onceReached struct{ aws.Retryer }

// IsErrorRetryable implements aws.Retryer.
func (r *onceReached) IsErrorRetryable(err error) bool {
	return !Unreachable(err) && r.Retryer.IsErrorRetryable(err)
}

// retryable says no to what cannot become better, and leaves the rest to the SDK.
func retryable(err error) aws.Ternary {
	if untrusted(err) || wrongScheme(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// wrongScheme tells whether err says that the server speaks http and was asked in https, or the reverse.
func wrongScheme(err error) bool {
	return errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, errWantsTLS)
}

// untrusted tells whether err says that a server's certificate is not to be trusted.
func untrusted(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
