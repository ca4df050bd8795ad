package syslog

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// A memory is a Store that keeps what it gets.
type memory struct {
	mu     sync.Mutex
	routes []Route
	fail   error  // what Put returns
	gone   string // the group of which Put says ErrGone
	block  chan struct{}
	oldest int64     // what is older is refused, in ms
	puts   [][]int64 // times
	ids    []string
	got    map[string][]string // by group
}

func (m *memory) Routes(context.Context, string) ([]Route, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.routes, nil
}

func (m *memory) Put(_ context.Context, to Route, id string, events []types.InputLogEvent) (*types.RejectedLogEventsInfo, error) {
	if m.block != nil {
		<-m.block
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids = append(m.ids, id)
	if m.fail != nil {
		return nil, m.fail
	}
	if to.Group == m.gone {
		return nil, ErrGone
	}
	var times []int64
	for _, e := range events {
		times = append(times, *e.Timestamp)
	}
	m.puts = append(m.puts, times)
	old := 0
	for ; old < len(events) && *events[old].Timestamp < m.oldest; old++ {
	}
	for _, e := range events[old:] {
		m.got[to.Group] = append(m.got[to.Group], *e.Message)
	}
	if old == 0 {
		return nil, nil
	}
	n := int32(old)
	return &types.RejectedLogEventsInfo{ExpiredLogEventEndIndex: &n}, nil
}

func (m *memory) change(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

// texts returns what a group got.
func (m *memory) texts(group string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got[group])
}

// A hall is a listener under test.
type hall struct {
	*memory
	*Listener
	stop func() // ends it, and returns when all is stored

	mu      sync.Mutex
	reports []string
	seen    int           // of reports
	told    chan struct{} // of one place: there may be more
}

func (h *hall) tell(format string, args ...any) {
	h.mu.Lock()
	h.reports = append(h.reports, fmt.Sprintf(format, args...))
	h.mu.Unlock()
	select {
	case h.told <- struct{}{}:
	default:
	}
}

// saw waits for a report behind the last one that was waited for.
func (h *hall) saw(t *testing.T, want string) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		h.mu.Lock()
		for h.seen < len(h.reports) {
			h.seen++
			if strings.Contains(h.reports[h.seen-1], want) {
				h.mu.Unlock()
				return
			}
		}
		h.mu.Unlock()
		select {
		case <-h.told:
		case <-late:
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Fatalf("the last of %d reports are %q, want %q", len(h.reports), h.reports[max(0, len(h.reports)-20):], want)
		}
	}
}

// open runs a listener with one port until the test ends.
func open(t *testing.T, change ...func(*Options, *memory)) *hall {
	t.Helper()
	h := &hall{memory: &memory{routes: []Route{{Group: "g"}}, got: map[string][]string{}}, told: make(chan struct{}, 1)}
	o := Options{
		Ports: []Port{{Address: "127.0.0.1:0"}}, Store: h.memory, Now: time.Now, Random: func(b []byte) { _, _ = rand.Read(b) },
		Limits: Limits{Gather: time.Millisecond, Patience: time.Millisecond, Frames: 20 * time.Second},
		Hooks: Hooks{
			Dropped:     func(r Reason, n int) { h.tell("dropped %s %d", r, n) },
			Lost:        func(_ string, r Reason, n int) { h.tell("lost %s %d", r, n) },
			Rejected:    func(r Reason) { h.tell("rejected %s", r) },
			Refused:     func(_ string, r Reason, n int) { h.tell("refused %s %d", r, n) },
			Retrying:    func(_ string, err error) { h.tell("retrying: %v", err) },
			Failed:      func(_, _ string, err error) { h.tell("failed: %v", err) },
			Received:    func(network string, _ int) { h.tell("received %s", network) },
			Connections: func(n int) { h.tell("connections %+d", n) },
		},
	}
	for _, c := range change {
		c(&o, h.memory)
	}
	l, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	h.Listener = l
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, 20*time.Second)
	}()
	h.stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(h.stop)
	return h
}

func (h *hall) address() string { return h.Addresses()[0].String() }

// dial connects to the first port.
func (h *hall) dial(t *testing.T, network string) net.Conn {
	t.Helper()
	c, err := net.Dial(network, h.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func say(t *testing.T, c io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatalf("Write(%.40q) = %v", text, err)
	}
}

// said returns the texts of messages in the events of a group, in order.
func (h *hall) said(group string) string {
	var all []string
	for _, e := range h.texts(group) {
		if _, message, ok := strings.Cut(e, `"message":"`); ok {
			e = strings.TrimSuffix(message, `"}`)
		}
		all = append(all, e)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestWhatCameIsStoredBeforeItEnds(t *testing.T) {
	h := open(t)
	tcp, udp := h.dial(t, "tcp"), h.dial(t, "udp")
	h.saw(t, "connections +1")
	say(t, tcp, "<13>a\n6 <13>b\n<13>c\n\nraw\n<13>d")
	say(t, udp, "<13>e\n")
	say(t, udp, "")
	say(t, udp, "f")
	h.stop()
	if got, want := h.said("g"), `a b c d e f raw`; got != want {
		t.Errorf("stored: %q, want %q", got, want)
	}
	if _, err := tcp.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
}

func TestABacklogIsReadBeforeItEnds(t *testing.T) {
	h := open(t, func(o *Options, _ *memory) { o.Limits.Queue = 10_000 })
	const n = 20_000
	c := h.dial(t, "tcp")
	h.saw(t, "connections +1")
	say(t, c, strings.Repeat("<13>y\n", n))
	h.stop()
	if got := len(h.texts("g")); got != n {
		t.Errorf("of %d messages %d were stored", n, got)
	}
}

func TestASenderThatNeverPausesDoesNotHoldTheEnd(t *testing.T) {
	h := open(t)
	c := h.dial(t, "tcp")
	go func() {
		for {
			if _, err := io.WriteString(c, "<13>y\n"); err != nil {
				return
			}
		}
	}()
	h.saw(t, "received tcp")
	h.stop()
}

func TestEveryRouteGetsAll(t *testing.T) {
	h := open(t, func(_ *Options, m *memory) { m.routes = []Route{{Group: "g"}, {Group: "h", Endpoint: "vpce-1"}} })
	say(t, h.dial(t, "udp"), "<13>a")
	h.saw(t, "received udp")
	h.stop()
	if g, h := h.said("g"), h.said("h"); g != "a" || h != "a" {
		t.Errorf("stored: %q and %q, want a in both", g, h)
	}
}

func TestAGroupThatIsGoneDoesNotHarmAnother(t *testing.T) {
	h := open(t, func(_ *Options, m *memory) { m.routes, m.gone = []Route{{Group: "g"}, {Group: "h"}}, "g" })
	c := h.dial(t, "tcp")
	say(t, c, "<13>a\n")
	h.saw(t, "dropped ResourceNotFound 1")
	say(t, c, "<13>b\n")
	h.stop()
	if got := h.said("h"); got != "a b" {
		t.Errorf("stored: %q, want a b", got)
	}
}

func TestNobodyWantsIt(t *testing.T) {
	h := open(t, func(_ *Options, m *memory) { m.routes = nil })
	if c, err := net.Dial("tcp", h.address()); err == nil {
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("Read() = %v, want a reset", err)
		}
		_ = c.Close()
	}
	h.saw(t, "rejected NoConfiguration")
	h.saw(t, "refused NoConfiguration 1")
	udp := h.dial(t, "udp")
	say(t, udp, "<13>a")
	h.saw(t, "lost NoConfiguration 1")
	h.change(func() { h.routes = []Route{{Group: "g"}} })
	say(t, udp, "<13>b")
	h.saw(t, "received udp")
	h.stop()
	if got := h.said("g"); got != "b" {
		t.Errorf("stored: %q, want what came when somebody wanted it", got)
	}
}

func TestAGroupThatIsGoneResetsConnections(t *testing.T) {
	h := open(t, func(_ *Options, m *memory) { m.fail = fmt.Errorf("put: %w", ErrGone) })
	c := h.dial(t, "tcp")
	say(t, c, "<13>a\n")
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("Read() = %v, want a reset", err)
	}
	h.saw(t, "lost ResourceNotFound 1")
}

func TestFailuresAreTriedAgainUnderOneID(t *testing.T) {
	h := open(t, func(_ *Options, m *memory) { m.fail = errors.New("disk full") })
	say(t, h.dial(t, "udp"), "<13>a")
	h.saw(t, "retrying: disk full")
	h.change(func() { h.fail = nil })
	h.stop()
	if got := h.said("g"); got != "a" {
		t.Errorf("stored: %q, want a", got)
	}
	if ids := slices.Compact(h.ids); len(ids) != 1 || ids[0] == "" {
		t.Errorf("ids of one batch: %q, want one", ids)
	}
}

func TestFailuresThatLastAreToldAgain(t *testing.T) {
	h := open(t, func(o *Options, m *memory) {
		m.fail, o.Limits.Tell = errors.New("the disk is full"), 2*time.Millisecond
	})
	say(t, h.dial(t, "tcp"), "<13>a\n")
	h.saw(t, "retrying: the disk is full")
	h.saw(t, "retrying: the disk is full")
	h.change(func() { h.fail = nil })
}

func TestWhatCannotBeStoredAtTheEndIsTold(t *testing.T) {
	h := &hall{memory: &memory{routes: []Route{{Group: "g"}}, fail: errors.New("disk full"), got: map[string][]string{}}, told: make(chan struct{}, 1)}
	l, err := Open(t.Context(), Options{
		Ports: []Port{{Address: "127.0.0.1:0"}}, Store: h.memory, Now: time.Now, Random: func([]byte) {},
		Hooks: Hooks{Retrying: func(string, error) { h.tell("retrying") }, Lost: func(_ string, r Reason, n int) { h.tell("lost %s %d", r, n) }},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Listener = l
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, time.Millisecond)
	}()
	say(t, h.dial(t, "udp"), "<13>a")
	h.saw(t, "retrying")
	cancel()
	<-ended
	h.saw(t, "lost Stopped 1")
}

func TestTimesThatAGroupDoesNotTake(t *testing.T) {
	now := time.Now()
	h := open(t, func(_ *Options, m *memory) { m.oldest = now.Add(-time.Hour).UnixMilli() })
	c := h.dial(t, "tcp")
	for _, age := range []time.Duration{3 * 24 * time.Hour, 30 * time.Hour, time.Minute} {
		say(t, c, "<13>1 "+now.Add(-age).UTC().Format(time.RFC3339)+" h a - - - "+age.String()+"\n")
	}
	h.saw(t, "received tcp")
	h.saw(t, "received tcp")
	h.saw(t, "received tcp")
	h.stop()
	if got, want := h.said("g"), "1m0s 30h0m0s 72h0m0s"; got != want {
		t.Errorf("stored: %q, want %q: what is too old for the group comes with the time of now", got, want)
	}
	for _, batch := range h.puts {
		if first, last := batch[0], batch[len(batch)-1]; !slices.IsSorted(batch) || last-first > batchSpan.Milliseconds() {
			t.Errorf("a batch of the times %d, want it in order and within a day", batch)
		}
	}
}

func TestAFullQueueDropsDatagramsAndHoldsConnectionsBack(t *testing.T) {
	h := open(t, func(o *Options, m *memory) {
		o.Limits.Queue = 10_000
		m.block = make(chan struct{})
	})
	udp := h.dial(t, "udp")
	for range 200 {
		say(t, udp, "<13>"+strings.Repeat("x", 100))
	}
	h.saw(t, "dropped ServiceUnavailable 1")
	tcp := h.dial(t, "tcp")
	const n = 100_000
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(tcp, strings.Repeat("<13>y\n", n))
		written <- errors.Join(err, tcp.Close())
	}()
	h.saw(t, "connections +1")
	close(h.block)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	h.saw(t, "connections -1")
	h.stop()
	if got := strings.Count(h.said("g"), "y"); got != n {
		t.Errorf("of %d messages of a connection %d were stored", n, got)
	}
}

func TestOversizedMessagesAreToldAndSkipped(t *testing.T) {
	h := open(t, func(o *Options, _ *memory) { o.Limits.Frame = 10 })
	c := h.dial(t, "tcp")
	say(t, c, "<13>a\n<13>"+strings.Repeat("x", 100_000)+"\n99 <13>"+strings.Repeat("x", 95)+"5 <13>b")
	_ = c.Close()
	h.saw(t, "lost MessageSizeExceeded 1")
	h.saw(t, "dropped MessageSizeExceeded 1")
	h.saw(t, "connections -1")
	h.stop()
	if got := h.said("g"); got != "a b" {
		t.Errorf("stored: %q, want a and b", got)
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	h := open(t, func(o *Options, _ *memory) { o.Limits.Connections = 1 })
	first := h.dial(t, "tcp")
	h.saw(t, "connections +1")
	if c, err := net.Dial("tcp", h.address()); err == nil {
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("a second connection: Read() = %v, want a reset", err)
		}
		_ = c.Close()
	}
	h.saw(t, "rejected ServiceUnavailable")
	h.saw(t, "refused ServiceUnavailable 1")
	_ = first.Close()
	h.saw(t, "connections -1")
	h.dial(t, "tcp")
	h.saw(t, "connections +1")
}

func TestSlowAndIdleClientsAreLetGo(t *testing.T) {
	for name, text := range map[string]string{"idle": "<13>a\n", "within a line": "<13>a", "within a counted message": "9 <13>a", "within a length": "<13>a\n12"} {
		said := make(chan struct{})
		h := open(t, func(o *Options, _ *memory) {
			o.Limits.Idle, o.Limits.Frames = 300*time.Millisecond, 300*time.Millisecond
			o.Hooks.Connections = func(int) { <-said } // time runs from here on
		})
		say(t, h.dial(t, "tcp"), text)
		close(said)
		h.saw(t, "timeout")
		h.stop()
		if got := h.said("g"); !strings.HasPrefix(strings.TrimPrefix(got, "12 "), "a") {
			t.Errorf("%s: stored %q, want what came", name, got)
		}
	}
}

func TestTLS(t *testing.T) {
	server, client := servicetest.Certificate(t)
	h := open(t, func(o *Options, _ *memory) { o.Ports[0].TLS = &tls.Config{Certificates: []tls.Certificate{server}} })
	c, err := tls.Dial("tcp", h.address(), client)
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, "12 <13>a secret<13>b\n")
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	h.saw(t, "connections -1")
	say(t, h.dial(t, "tcp"), "<13>not secret\n")
	h.saw(t, "failed: tls")
	h.stop()
	if got := h.said("g"); got != "a secret b" {
		t.Errorf("stored: %q", got)
	}
}

func TestAnAddressInUse(t *testing.T) {
	h := open(t)
	_, err := Open(t.Context(), Options{Ports: []Port{{Address: "127.0.0.1:0"}, {Address: h.address()}}})
	if err == nil || !strings.Contains(err.Error(), h.address()) {
		t.Errorf("Open() of an address in use = %v", err)
	}
}

func BenchmarkMessages(b *testing.B) {
	const line = "<38>Nov 21 09:12:01 web-1 sshd[2541]: Failed password for root from 203.0.113.9 port 52144 ssh2\n"
	m := &memory{routes: []Route{{Group: "g"}}, got: map[string][]string{}}
	l, err := Open(b.Context(), Options{Ports: []Port{{Address: "127.0.0.1:0"}}, Store: discard{m}, Now: time.Now, Random: func([]byte) {}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, time.Minute)
	}()
	c, err := net.Dial("tcp", l.Addresses()[0].String())
	if err != nil {
		b.Fatal(err)
	}
	many := []byte(strings.Repeat(line, 100))
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += 100 {
		if _, err := c.Write(many); err != nil {
			b.Fatal(err)
		}
	}
	_ = c.Close()
	cancel()
	<-ended
}

// A discard is a Store that keeps nothing.
type discard struct{ *memory }

func (discard) Put(context.Context, Route, string, []types.InputLogEvent) (*types.RejectedLogEventsInfo, error) {
	return nil, nil
}
