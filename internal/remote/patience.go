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
)

const (
	// attempts is how often a call is tried: a server that restarts or whose disk is full is back within some.
	attempts = 6

	// startDelay is between attempts to reach a server on this machine that has never answered. It may be about to start, or
	// nobody started it: the latter has to be told within about a second.
	startDelay = 200 * time.Millisecond
)

// A patience decides how long a client goes on trying. It tries certificates that nobody vouches for only once.
type patience struct {
	local    bool // the server is on this machine
	client   aws.HTTPClient
	answered atomic.Bool
}

// Do sends a request, and notes whether there was an answer.
func (p *patience) Do(r *http.Request) (*http.Response, error) {
	resp, err := p.client.Do(r)
	if err == nil {
		p.answered.Store(true)
	}
	return resp, err
}

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

// retryable says no to what cannot become better, and leaves the rest to the SDK.
func retryable(err error) aws.Ternary {
	if untrusted(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// untrusted tells whether err says that a server's certificate is not to be trusted.
func untrusted(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
