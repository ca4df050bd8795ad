//go:build linux

package crash

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// base is about when the events are from; oldest is before the retention of groups that have one.
var (
	base      = time.Now().Add(-time.Minute).UnixMilli()
	oldest    = base - (72 * time.Hour).Milliseconds()
	tooOldFor = base - (15 * 24 * time.Hour).Milliseconds() // for PutLogEvents
	tooNewFor = base + (10 * time.Hour).Milliseconds()
)

const (
	ownGroups    = 3   // of a client at a time
	groupStreams = 4   // of a group at most
	groupEvents  = 500 // after about so many a group is left alone, so that looking at it does not take long
	leftGroups   = 10  // so many of these are kept
)

// A client sends events to groups of its own and to shared ones, and remembers what became of each.
type client struct {
	number int64
	seed   uint64
	next   int64    // number of the next event
	made   int      // groups so far
	groups []*group // its own
	left   []*group // it writes no more to these
	resend *resend
	no     *refusal // the last one by a server whose disk is broken

	puts, acks, events, calls atomic.Int64
}

// A resend is a PutLogEvents without an answer. SDKs try again.
type resend struct {
	group  *group
	stream *stream
	batch  *batch
}

// unavailable is the code of refusals that SDKs answer by trying again. On AWS its status is 500.
const unavailable = "ServiceUnavailableException"

// errOver is why a client ends: its server is gone, as it should.
var errOver = errors.New("the server is gone")

// work calls the server until it is gone. The calls are those of the seed and the life.
func (c *client) work(p *process, life int, shared *group) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(life)<<8|uint64(c.number)))
	if err := c.again(p, r); err != nil {
		return ended(err)
	}
	for {
		if err := c.step(p, r, shared); err != nil {
			return ended(err)
		}
	}
}

func ended(err error) error {
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// call calls an operation. It tells whether there was an answer; errors are those that must not be.
func (c *client) call(p *process, operation, invocation string, in, out any) (answered bool, err error) {
	c.calls.Add(1)
	err = p.call(operation, invocation, in, out)
	if err == nil {
		return true, nil
	}
	var no *refusal
	switch {
	case errors.As(err, &no) && no.code == unavailable && (p.tolerant.Load() || p.dying.Load()):
		c.no = no
		return false, nil
	case errors.As(err, &no):
		return false, fmt.Errorf("client %d: %w", c.number, err)
	case p.dying.Load():
		return false, errOver
	}
	return false, fmt.Errorf("client %d: %w\n%s", c.number, err, p.said())
}

// again may send what has had no answer once more, as SDKs do: there it must be once.
func (c *client) again(p *process, r *rand.Rand) error {
	again := c.resend
	c.resend = nil
	if again == nil || r.IntN(2) == 0 || again.batch.old || again.group.fate != done || again.stream.fate != done {
		return nil
	}
	if again.group.streams[again.stream.name] != again.stream || c.last(again.group, again.stream) != again.batch {
		return nil
	}
	return c.send(p, again)
}

// last returns the last batch that c has sent to a stream of a group.
func (c *client) last(g *group, s *stream) *batch {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, b := range slices.Backward(s.batches) {
		if b.first/clientNumbers == c.number {
			return b
		}
	}
	return nil
}

// step does one thing.
func (c *client) step(p *process, r *rand.Rand, shared *group) error {
	slot := r.IntN(ownGroups + 1)
	what := r.IntN(100)
	if slot == ownGroups && len(shared.streams) > 0 && !shared.stuck() {
		return c.put(p, r, shared)
	}
	slot %= ownGroups
	for len(c.groups) <= slot {
		c.groups = append(c.groups, c.newGroup())
	}
	if len(c.left) > leftGroups && c.left[0].fate == done && !c.left[0].stuck() {
		return c.deleteGroup(p, c.left[0])
	}
	g := c.groups[slot]
	if g.events > groupEvents {
		c.left = append(c.left, g)
		g = c.newGroup()
		c.groups[slot] = g
	}
	switch {
	case g.stuck():
		if !slices.ContainsFunc(c.groups, func(g *group) bool { return !g.stuck() }) {
			return errOver // until the next look
		}
		return nil
	case g.fate == undone:
		return c.createGroup(p, g)
	case len(g.streams) == 0 || what < 5 && len(g.streams) < groupStreams:
		return c.createStream(p, r, g)
	case what < 7:
		return c.deleteStream(p, r, g)
	case what < 10:
		return c.deleteGroup(p, g)
	case what < 12:
		return c.limit(p, g)
	case what < 18:
		return c.look(p, r, g)
	}
	return c.put(p, r, g)
}

func (c *client) newGroup() *group {
	c.made++
	return newGroup(fmt.Sprintf("/crash/c%d/%d", c.number, c.made))
}

// stuck tells whether something of g is unknown.
func (g *group) stuck() bool {
	if g.fate == unknown || g.ending || g.limiting {
		return true
	}
	for _, s := range g.streams {
		if s.fate == unknown || s.ending {
			return true
		}
	}
	return false
}

type nothing struct{}

type groupName struct {
	Group string `json:"logGroupName"`
}

type streamName struct {
	Group  string `json:"logGroupName"`
	Stream string `json:"logStreamName"`
}

func (c *client) createGroup(p *process, g *group) error {
	g.fate, g.dirty = unknown, true
	answered, err := c.call(p, "CreateLogGroup", "", groupName{g.name}, &nothing{})
	if answered {
		g.fate = done
	}
	return err
}

func (c *client) deleteGroup(p *process, g *group) error {
	g.ending, g.dirty = true, true
	answered, err := c.call(p, "DeleteLogGroup", "", groupName{g.name}, &nothing{})
	if answered {
		g.forget()
	}
	return err
}

// forget makes g what it is when it is not there.
func (g *group) forget() {
	g.fate, g.ending, g.retained, g.limiting = undone, false, false, false
	g.streams, g.events = map[string]*stream{}, 0
}

func (c *client) createStream(p *process, r *rand.Rand, g *group) error {
	name := fmt.Sprintf("stream/%d", r.IntN(groupStreams))
	if g.streams[name] != nil {
		return nil
	}
	return c.makeStream(p, g, name)
}

func (c *client) makeStream(p *process, g *group, name string) error {
	s := &stream{name: name}
	g.streams[name], g.dirty = s, true
	answered, err := c.call(p, "CreateLogStream", "", streamName{g.name, name}, &nothing{})
	if answered {
		s.fate = done
	}
	return err
}

// pick returns a stream of g.
func (g *group) pick(r *rand.Rand) *stream {
	names := slices.Sorted(maps.Keys(g.streams))
	return g.streams[names[r.IntN(len(names))]]
}

func (c *client) deleteStream(p *process, r *rand.Rand, g *group) error {
	s := g.pick(r)
	s.ending, g.dirty = true, true
	answered, err := c.call(p, "DeleteLogStream", "", streamName{g.name, s.name}, &nothing{})
	if answered {
		delete(g.streams, s.name)
	}
	return err
}

// limit lets the old events of g expire.
func (c *client) limit(p *process, g *group) error {
	g.limiting, g.dirty = true, true
	in := struct {
		Group string `json:"logGroupName"`
		Days  int    `json:"retentionInDays"`
	}{g.name, 1}
	answered, err := c.call(p, "PutRetentionPolicy", "", in, &nothing{})
	if answered {
		g.limiting, g.retained = false, true
	}
	return err
}

// look reads a page and checks that it is of events that were sent there.
func (c *client) look(p *process, r *rand.Rand, g *group) error {
	s := g.pick(r)
	var out page
	in := pageRequest{Group: g.name, Stream: s.name, FromHead: r.IntN(2) == 0, Limit: 1 + r.IntN(100)}
	if answered, err := c.call(p, "GetLogEvents", "", in, &out); !answered {
		return err
	}
	sent := 0
	for _, b := range s.batches {
		if b.fate == done && !(b.old && g.retained) {
			sent += int(b.n)
		}
	}
	if want := min(sent, in.Limit); len(out.Events) < want && !out.large() {
		return fmt.Errorf("GetLogEvents %s %s gives %d events, want %d: they were acknowledged", g.name, s.name, len(out.Events), want)
	}
	for _, e := range out.Events {
		n, err := numberOf(e.Message)
		if err != nil {
			return fmt.Errorf("GetLogEvents %s %s: %w", g.name, s.name, err)
		}
		if !slices.ContainsFunc(s.batches, func(b *batch) bool { return b.first <= n && n < b.first+b.n && b.fate != undone }) {
			return fmt.Errorf("GetLogEvents %s %s: event %d was never sent there, or refused", g.name, s.name, n)
		}
	}
	return nil
}

// large tells whether a page may have ended because it is as large as pages get.
func (g *page) large() bool {
	bytes := 0
	for _, e := range g.Events {
		bytes += len(e.Message)
	}
	return bytes > 900_000
}

// put sends a batch.
func (c *client) put(p *process, r *rand.Rand, g *group) error {
	s := g.pick(r)
	b := c.batch(r, s, !g.shared && r.IntN(10) == 0)
	g.add(s, b)
	return c.send(p, &resend{g, s, b})
}

// batch returns a new batch for s. Some have events that are refused by their time before and behind the others.
func (c *client) batch(r *rand.Rand, s *stream, old bool) *batch {
	b := &batch{first: c.number*clientNumbers + c.next, n: 1 + int64(r.IntN(30)), old: old}
	if r.IntN(8) == 0 {
		b.n = 1 + int64(r.IntN(400))
	}
	b.step = []int64{0, 1, 7}[r.IntN(3)]
	b.time = base + int64(r.IntN(3000))
	if old {
		b.time += oldest - base
	}
	if r.IntN(16) == 0 {
		b.tooOld, b.tooNew = int64(r.IntN(3)), int64(r.IntN(3))
		if old {
			b.tooNew = 0
		}
	}
	b.invocation = fmt.Sprintf("%08x-%d", c.seed, b.first)
	c.next += b.n + b.tooOld + b.tooNew
	return b
}

type sentEvent struct {
	Time    int64  `json:"timestamp"`
	Message string `json:"message"`
}

// sent returns the events of b with those that are refused, whose numbers follow on those of b.
func (b *batch) sent() []sentEvent {
	var events []sentEvent
	more := b.first + b.n
	for range b.tooOld {
		events, more = append(events, sentEvent{tooOldFor, message(more)}), more+1
	}
	for i := range b.n {
		events = append(events, sentEvent{b.time + i*b.step, message(b.first + i)})
	}
	for range b.tooNew {
		events, more = append(events, sentEvent{tooNewFor, message(more)}), more+1
	}
	return events
}

type putRequest struct {
	Group  string      `json:"logGroupName"`
	Stream string      `json:"logStreamName"`
	Events []sentEvent `json:"logEvents"`
}

type putAnswer struct {
	Rejected *struct {
		TooNew  *int64 `json:"tooNewLogEventStartIndex"`
		TooOld  *int64 `json:"tooOldLogEventEndIndex"`
		Expired *int64 `json:"expiredLogEventEndIndex"`
	} `json:"rejectedLogEventsInfo"`
}

// tries is how often a call is sent again by a client whose server has a broken disk.
const tries = 5

// send sends a batch and notes its fate before anything else is sent.
func (c *client) send(p *process, s *resend) error {
	b := s.batch
	b.fate = unknown
	s.group.changed()
	c.puts.Add(1)
	var out putAnswer
	answered, err := false, error(nil)
	for range tries {
		answered, err = c.call(p, "PutLogEvents", b.invocation, putRequest{s.group.name, s.stream.name, b.sent()}, &out)
		if answered || err != nil || !p.tolerant.Load() {
			break
		}
	}
	if !answered {
		c.resend = s
		return err
	}
	b.fate = done
	if b.old && s.group.retained {
		b.fate = undone
	}
	c.acks.Add(1)
	if b.fate == done {
		c.events.Add(b.n)
	}
	if got, want := out.refused(), b.refused(s.group.retained); got != want {
		return fmt.Errorf("PutLogEvents of %d to %d in %s: refused %q, want %q", b.first, b.first+b.n-1, s.group.name, got, want)
	}
	return nil
}

// refused shows which events were not taken.
func (a *putAnswer) refused() string {
	if a.Rejected == nil {
		return ""
	}
	var text strings.Builder
	for _, x := range []struct {
		name string
		at   *int64
	}{{"too old to", a.Rejected.TooOld}, {"too new from", a.Rejected.TooNew}, {"expired to", a.Rejected.Expired}} {
		if x.at != nil {
			fmt.Fprintf(&text, "%s %d ", x.name, *x.at)
		}
	}
	return text.String()
}

// refused shows which events of b should not be taken.
func (b *batch) refused(retained bool) string {
	text := ""
	if b.tooOld > 0 {
		text += fmt.Sprintf("too old to %d ", b.tooOld)
	}
	if b.tooNew > 0 {
		text += fmt.Sprintf("too new from %d ", b.tooOld+b.n)
	}
	switch {
	case retained && b.old:
		text += fmt.Sprintf("expired to %d ", b.tooOld+b.n)
	case retained && b.tooOld > 0:
		text += fmt.Sprintf("expired to %d ", b.tooOld)
	}
	return text
}
