// Package syslog listens for syslog messages over UDP, TCP and TLS, and has them stored as log events of JSON, under the names of fields that
// CloudWatch Logs has for them. Which log group a message belongs to, and how events are stored, is decided elsewhere.
//
// It takes RFC 5424, RFC 3164 in the shapes that devices give it, and Cisco's ASA and FTD, in the frames of RFC 5426, 6587 and 5425. What is
// none of these becomes an event as it came.
package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A Port is an address that messages come to.
type Port struct {
	Address  string      // host:port; port 0 takes a free one
	Endpoint string      // the id that configurations know it by; "" if by none
	TLS      *tls.Config // nil: UDP and TCP as they are
}

// A Store is where events go.
type Store interface {
	// Routes returns where the messages of an endpoint go, all of them to each; none if nobody wants them.
	Routes(ctx context.Context, endpoint string) ([]Route, error)

	// Put stores events of a route, a batch within AWS's limits and in order. A batch with the same id is stored once. It returns what of them is
	// too old or too new and was not stored. It does not keep events. ErrGone means that the route's group is no more; any other error, that it may go well later.
	Put(ctx context.Context, to Route, id string, events []types.InputLogEvent) (*types.RejectedLogEventsInfo, error)
}

// ErrGone says that there is no such log group.
var ErrGone = errors.New("the log group does not exist")

// A Route is a place that messages go to.
type Route struct {
	Account, Region string
	Group           string // its ARN
	Endpoint        string // of its configuration; "" if that names none
}

// Options say what a listener works with. Ports, Store, Now and Random must be set.
type Options struct {
	Ports  []Port
	Store  Store
	Now    func() time.Time
	Random func([]byte)   // fills ids
	Zone   *time.Location // of times that name none; nil means UTC
	Limits Limits
	Hooks  Hooks
}

// Limits bound what senders can cost. A zero field means what its comment says. [R] all of them.
type Limits struct {
	Frame       int           // bytes of a message over TCP; those of an event, 1,048,550. AWS takes 64 KB
	Connections int           // at a time, of a port; 1,000
	Large       int           // connections with a message of more than 64 KiB on its way, of a port; 64
	Queue       int           // bytes of events that wait to be stored, of a port; 16 MiB
	Idle        time.Duration // a connection may say nothing for; 1 h: clients do not notice that a connection was closed and lose a message
	Frames      time.Duration // a message that began may take; 1 min
	Gather      time.Duration // an event may wait for others; 200 ms
	Patience    time.Duration // between two tries to store; 1 s
	Tell        time.Duration // between two reports of what was dropped, or cannot be stored; 1 min
}

func (l Limits) withDefaults() Limits {
	for _, n := range []struct {
		field *int
		usual int
	}{{&l.Frame, eventBytes}, {&l.Connections, 1000}, {&l.Large, 64}, {&l.Queue, 16 << 20}} {
		if *n.field == 0 {
			*n.field = n.usual
		}
	}
	for _, d := range []struct {
		field *time.Duration
		usual time.Duration
	}{
		{&l.Idle, time.Hour}, {&l.Frames, time.Minute}, {&l.Gather, 200 * time.Millisecond},
		{&l.Patience, time.Second}, {&l.Tell, time.Minute},
	} {
		if *d.field == 0 {
			*d.field = d.usual
		}
	}
	return l
}

// A Reason is why messages were not stored, or a connection not taken. Where AWS has a name for it, it is AWS's (Monitoring syslog ingestion).
type Reason string

// The reasons there are.
const (
	NoConfiguration Reason = "NoConfiguration"     // nobody wants what comes to this port
	NoGroup         Reason = "ResourceNotFound"    // the log group is no more
	OverSize        Reason = "MessageSizeExceeded" // larger than an event may be
	Overrun         Reason = "ServiceUnavailable"  // datagrams came faster than they could be stored; connections are more than may be
	Unread          Reason = "ReceiveBufferFull"   // datagrams that the kernel dropped: they came faster than they could be read
	Stopped         Reason = "Stopped"             // the server had to stop before it could store
)

// Hooks tell the owner what happened. A nil hook is skipped; none may block.
type Hooks struct {
	Received    func(network string, messages int)       // taken in, whatever becomes of them; "udp", "tcp" or "tls"
	Dropped     func(reason Reason, messages int)        // each time
	Rejected    func(reason Reason)                      // a connection, each time
	Connections func(change int)                         // 1 or -1
	Lost        func(port string, r Reason, dropped int) // a report: so many were dropped since the last one of this port and reason
	Refused     func(port string, r Reason, count int)   // a report: so many connections were rejected, likewise
	Retrying    func(port string, err error)             // the first failure to store, and from time to time until it goes well
	Failed      func(port, peer string, err error)       // a connection that ended other than by its client's or our wish
}
