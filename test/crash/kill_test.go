//go:build linux

package crash

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// number returns a number from the environment, or what is enough: in CI, and for each run of the tests.
func number(t *testing.T, name string, ci, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		if os.Getenv("CI") == "" || testing.Short() {
			return usual
		}
		return ci
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s: %v", name, text, err)
	}
	return n
}

// seedOf returns GROUNDWATCH_SEED, or a new one.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	fresh := int(time.Now().UnixNano() % 1_000_000)
	return uint64(number(t, "GROUNDWATCH_SEED", fresh, fresh))
}

// folders is how many servers are killed at a time, each with a folder of its own.
const folders = 2

// TestKill kills servers at random moments, while they start, while clients work, while they stop, and looks each time whether all
// that was acknowledged is there, once, and nothing else: events, and what else the catalog has; exports and scheduled queries go on. GROUNDWATCH_KILLS is how often (20; in CI 300; the goal of a long
// run is 5,000), GROUNDWATCH_SEED what the calls and moments are drawn from.
func TestKill(t *testing.T) {
	t.Parallel()
	mustBuild(t)
	kills := number(t, "GROUNDWATCH_KILLS", 300, 20)
	seed := seedOf(t)
	t.Logf("GROUNDWATCH_SEED=%d GROUNDWATCH_KILLS=%d", seed, kills)
	begin := time.Now()
	all := make([]*folder, folders)
	var wg sync.WaitGroup
	for i := range all {
		all[i] = newFolder(t.TempDir(), seed*folders+uint64(i))
		all[i].stopped = t.Failed
		if err := all[i].keep(); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if err := all[i].lives((kills + i) / folders); err != nil {
				t.Errorf("folder %d, life %d: %v", i, all[i].life, err)
			}
		})
	}
	wg.Wait()
	var total tally
	for _, f := range all {
		f.sum(&total)
	}
	t.Logf("%v in %v", total, time.Since(begin).Round(time.Second))
	for _, one := range total.slow {
		t.Log(one)
	}
	if total.merges == 0 && kills >= 100 && !t.Failed() {
		t.Errorf("no merge was seen: %v", total)
	}
}

// A tally is what happened.
type tally struct {
	kills               int
	starting, idle      int // of them, while the server started, and without a write since the last look
	stopping, stops     int // of them, while the server stopped; and stops without one
	puts, acks, events  int64
	calls, looked       int64
	flushed, merges     float64 // as of some moments: rows, parts
	slowestStart, start time.Duration
	starts              int
	exports, resumed    int      // tasks whose events were all there; tasks that ran when a server began
	runs                int      // of scheduled queries
	slow                []string // starts that took longer than slowStart, and what the server said by then
}

// slowStart is a start that is worth a look: ten times what one takes on a machine with other work.
const slowStart = 3 * time.Second

func (t tally) String() string {
	return fmt.Sprintf("%d kills (%d while starting, %d while stopping, %d idle), %d stops; %d calls, %d batches sent, %d acknowledged with %d events; "+
		"%d events compared; at least %.0f rows flushed, %.0f parts merged; %d exports, %d times gone on with; %d scheduled runs; start mean %v, slowest %v", t.kills, t.starting, t.stopping, t.idle, t.stops,
		t.calls, t.puts, t.acks, t.events, t.looked, t.flushed, t.merges, t.exports, t.resumed, t.runs, (t.start / time.Duration(max(1, t.starts))).Round(time.Millisecond),
		t.slowestStart.Round(time.Millisecond))
}

// A folder is one data folder with what should be in it.
type folder struct {
	dir     string
	seed    uint64
	r       *rand.Rand
	clients []*client
	probing *client  // one that works only when it is told to; nil if there is none
	kept    *keeper  // nil if there is none
	shared  []*group // the last one is in use
	made    int      // shared groups so far
	life    int      // server processes so far
	stopped func() bool
	tally
}

// folderClients is how many clients a server has.
const folderClients = 4

func newFolder(dir string, seed uint64) *folder {
	f := &folder{dir: filepath.Join(dir, "data"), seed: seed, r: rand.New(rand.NewPCG(seed, 0)), stopped: func() bool { return false }}
	for i := range folderClients {
		f.clients = append(f.clients, &client{number: int64(i) + 1, seed: seed})
	}
	return f
}

// everyone returns all clients.
func (f *folder) everyone() []*client {
	all := slices.Clone(f.clients)
	if f.probing != nil {
		all = append(all, f.probing)
	}
	if f.kept != nil {
		all = append(all, &f.kept.client)
	}
	return all
}

// keep lets a keeper work too.
func (f *folder) keep() (err error) {
	f.kept, err = newKeeper(folderClients+2, f.seed, exportDir(f.dir))
	return err
}

// groups returns all groups.
func (f *folder) groups() []*group {
	all := slices.Clone(f.shared)
	for _, c := range f.everyone() {
		all = append(append(all, c.groups...), c.left...)
	}
	return all
}

func (f *folder) sum(total *tally) {
	for _, c := range f.everyone() {
		f.puts, f.acks, f.events, f.calls = f.puts+c.puts.Load(), f.acks+c.acks.Load(), f.events+c.events.Load(), f.calls+c.calls.Load()
	}
	x := &f.tally
	total.kills, total.starting, total.idle = total.kills+x.kills, total.starting+x.starting, total.idle+x.idle
	total.stopping, total.stops = total.stopping+x.stopping, total.stops+x.stops
	total.puts, total.acks, total.events = total.puts+x.puts, total.acks+x.acks, total.events+x.events
	total.calls, total.looked = total.calls+x.calls, total.looked+x.looked
	total.flushed, total.merges = total.flushed+x.flushed, total.merges+x.merges
	total.start, total.starts, total.slowestStart = total.start+x.start, total.starts+x.starts, max(total.slowestStart, x.slowestStart)
	total.slow = append(total.slow, x.slow...)
	if f.kept != nil {
		total.exports, total.resumed = total.exports+f.kept.exports.checked, total.resumed+f.kept.exports.resumed
		for _, runs := range f.kept.runs {
			total.runs += len(runs)
		}
	}
}

// lives lets servers live and die until so many were killed, then looks at everything, twice.
func (f *folder) lives(kills int) error {
	for f.kills < kills && !f.stopped() {
		if err := f.oneLife(); err != nil {
			return err
		}
	}
	for range 2 {
		p, err := f.open()
		if err != nil {
			return err
		}
		err = f.look(p, true)
		if err == nil && f.kept != nil {
			err = f.kept.finish(p)
		}
		if err := errors.Join(err, p.stop(), p.complaints()); err != nil {
			return err
		}
		if err := checkData(f.dir); err != nil {
			return err
		}
	}
	return nil
}

// open starts a server and waits until it answers.
func (f *folder) open(wrap ...string) (*process, error) {
	begin := time.Now()
	f.life++
	p, err := start(f.dir, wrap...)
	if err != nil {
		return nil, err
	}
	if err := p.wait(); err != nil {
		p.kill()
		return nil, err
	}
	took := time.Since(begin)
	f.start, f.starts, f.slowestStart = f.start+took, f.starts+1, max(f.slowestStart, took)
	if took > slowStart {
		f.slow = append(f.slow, fmt.Sprintf("life %d of seed %d started in %v:\n%s", f.life, f.seed, took.Round(time.Millisecond), p.said()))
	}
	return p, nil
}

// look looks into the groups that were written to, or into all.
func (f *folder) look(p *process, all bool) error {
	l := &looker{p: p, r: f.r}
	err := l.look(f.groups(), all)
	if err == nil && f.kept != nil {
		err = f.kept.look(p)
	}
	f.looked += l.looked
	if err != nil {
		err = errors.Join(err, p.complaints())
		p.kill()
	}
	f.forget()
	return err
}

// oneLife starts a server and kills it, at a moment of the seed.
func (f *folder) oneLife() error {
	if f.r.IntN(6) == 0 {
		return f.killStarting()
	}
	p, err := f.open()
	if err != nil {
		return err
	}
	if err := f.look(p, f.r.IntN(20) == 0); err != nil {
		return err
	}
	if f.r.IntN(6) == 0 { // to recover twice gives the same: the next look finds out
		p.kill()
		f.kills, f.idle = f.kills+1, f.idle+1
		if p, err = f.open(); err != nil {
			return err
		}
		if err := f.look(p, true); err != nil {
			return err
		}
	}
	if err := f.share(p); err != nil {
		p.kill()
		return err
	}
	return f.work(p)
}

// killStarting kills a server that has just begun to be.
func (f *folder) killStarting() error {
	f.life++
	p, err := start(f.dir)
	if err != nil {
		return err
	}
	pause(p, f.moment(150*time.Millisecond))
	if p.over() {
		return fmt.Errorf("the server ended by itself: %v\n%s", p.cmd.ProcessState, p.said())
	}
	p.kill()
	f.kills, f.starting = f.kills+1, f.starting+1
	return p.complaints()
}

// moment returns a time up to longest, half of them below a tenth of it.
func (f *folder) moment(longest time.Duration) time.Duration {
	if f.r.IntN(2) == 0 {
		longest /= 10
	}
	return time.Duration(f.r.Int64N(int64(longest)))
}

// pause waits until some time has gone, or the server.
func pause(p *process, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.ended:
	}
}

// forget drops groups that are left, deleted and known to be missing: when one shows up again, it is one that nobody made.
func (f *folder) forget() {
	over := func(g *group) bool { return g.fate == undone && !g.dirty }
	for _, c := range f.everyone() {
		c.left = slices.DeleteFunc(c.left, over)
	}
	f.shared = slices.DeleteFunc(f.shared, over)
}

// share makes a group that all clients write to, anew when it is large, and deletes the oldest.
func (f *folder) share(p *process) error {
	if len(f.shared) > leftGroups/2 && f.shared[0].fate == done {
		if err := f.clients[0].deleteGroup(p, f.shared[0]); err != nil {
			return err
		}
	}
	c := f.clients[0]
	if n := len(f.shared); n == 0 || f.shared[n-1].events > 3*groupEvents {
		f.made++
		g := newGroup(fmt.Sprintf("/crash/shared/%d", f.made))
		g.shared = true
		f.shared = append(f.shared, g)
		if err := c.createGroup(p, g); err != nil {
			return err
		}
	}
	g := f.shared[len(f.shared)-1]
	for _, name := range []string{"shared/0", "shared/1"} {
		if g.stuck() || g.streams[name] != nil { // on a broken disk the group may not have come to be
			continue
		}
		if err := c.makeStream(p, g, name); err != nil {
			return err
		}
	}
	return nil
}

// work lets the clients work on a server that is killed meanwhile.
func (f *folder) work(p *process) error {
	moment, stop, after, count := f.moment(400*time.Millisecond), f.r.IntN(8) == 0, f.moment(60*time.Millisecond), f.r.IntN(8) == 0
	err := f.load(p, func() error {
		pause(p, moment)
		if count {
			flushed, err := p.metric("groundwatch_flushed_rows_total")
			merges, err2 := p.metric("groundwatch_merged_parts_total")
			if err := cmp.Or(err, err2); err != nil {
				return err
			}
			f.flushed, f.merges = f.flushed+flushed, f.merges+merges
		}
		if stop {
			return f.stopOrKill(p, after)
		}
		p.kill()
		f.kills++
		return nil
	})
	return errors.Join(err, p.complaints())
}

// stopOrKill stops a server, and half of the time kills it before it is done.
func (f *folder) stopOrKill(p *process, after time.Duration) error {
	if f.r.IntN(2) == 0 {
		f.stops++
		return p.stop()
	}
	p.dying.Store(true)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	pause(p, after)
	p.kill()
	f.kills, f.stopping = f.kills+1, f.stopping+1
	return nil
}

// load lets the clients work until end, which ends the server, has returned. A client that finds something wrong ends it too.
func (f *folder) load(p *process, end func() error) error {
	errs := make([]error, len(f.clients)+1)
	var wg sync.WaitGroup
	for i, c := range f.clients {
		wg.Go(func() {
			if errs[i] = c.work(p, f.life, f.shared[len(f.shared)-1]); errs[i] != nil {
				p.kill()
			}
		})
	}
	if f.kept != nil {
		wg.Go(func() {
			if errs[len(f.clients)] = f.kept.work(p, f.life); errs[len(f.clients)] != nil {
				p.kill()
			}
		})
	}
	err := end()
	wg.Wait()
	if first := errors.Join(errs...); first != nil {
		return first
	}
	return err
}
