//go:build linux

package crash

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// A keeper is a client that changes what else the catalog has, exports events and has queries run by the clock. It knows what it was told.
type keeper struct {
	client
	exportDir string
	changing  []*resource
	fixed     []*resource // made once
	exports   exporting
	runs      map[string]map[int64]string // of scheduled queries: the status of each run that has ended, by when it was due
}

// The group that a keeper writes to, and the streams there: two of them share a folder of an export.
const keptGroup = "/crash/kept"

var keptStreams = []string{"a-b", "a/b", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}

func newKeeper(number int64, seed uint64, exportDir string) (*keeper, error) {
	k := &keeper{client: client{number: number, seed: seed}, exportDir: exportDir, runs: map[string]map[int64]string{}}
	k.groups = []*group{newGroup(keptGroup)}
	k.changing = []*resource{savedQuery("kept"), lookupTable("kept"), resourcePolicy("kept"), transformer(), indexPolicy(), scheduledQuery("kept"), detector("kept")}
	k.fixed = []*resource{scheduledQuery("fixed/1"), scheduledQuery("fixed/2"), scheduledQuery("fixed/3"), detector("fixed")}
	return k, os.MkdirAll(filepath.Join(exportDir, exportBucket), 0o700)
}

// work changes things until the server is gone.
func (k *keeper) work(p *process, life int) error {
	r := rand.New(rand.NewPCG(k.seed, uint64(life)<<8|uint64(k.number)))
	k.resend = nil
	for {
		if err := k.step(p, r); err != nil {
			return ended(err)
		}
	}
}

// step does one thing: first what is to be there before anything else.
func (k *keeper) step(p *process, r *rand.Rand) error {
	g := k.groups[0]
	switch {
	case g.stuck():
		return errOver // until the next look
	case g.fate == undone:
		return k.createGroup(p, g)
	}
	for _, name := range keptStreams {
		s := g.streams[name]
		if s == nil {
			return k.makeStream(p, g, name)
		}
		if !s.written() {
			b := k.batch(r, s, false)
			g.add(s, b)
			return k.send(p, &resend{g, s, b})
		}
	}
	for _, f := range k.fixed {
		if f.is == "" && f.pending == nil {
			return f.change(k, p, "20")
		}
	}
	if r.IntN(4) == 0 {
		return k.export(p)
	}
	c := k.changing[r.IntN(len(k.changing))]
	if c.pending != nil {
		return nil
	}
	if c.is != "" && r.IntN(3) == 0 {
		return c.change(k, p, "")
	}
	k.made++
	return c.change(k, p, fmt.Sprint(10+k.made%80))
}

// written tells whether a batch of s was stored. One without an answer counts until it is looked for.
func (s *stream) written() bool {
	for _, b := range s.batches {
		if b.fate != undone {
			return true
		}
	}
	return false
}

// look compares all that k knows with what a server says that has just begun.
func (k *keeper) look(p *process) error {
	for _, list := range [][]*resource{k.changing, k.fixed} {
		for _, x := range list {
			if err := x.look(k, p); err != nil {
				return err
			}
		}
	}
	return errors.Join(k.lookAtExports(p), k.lookAtRuns(p))
}

// patience is how long it may take what runs by itself to come to an end.
const patience = 90 * time.Second

// finish waits until exports have ended, detectors have started, and scheduled queries have run of late.
func (k *keeper) finish(p *process) error {
	for _, wait := range []struct {
		what string
		over func(*process) (bool, error)
	}{{"exports end", k.exported}, {"detectors start", k.detecting}, {"scheduled queries run", k.caughtUp}} {
		for begin := time.Now(); ; pause(p, 50*time.Millisecond) {
			over, err := wait.over(p)
			if err != nil {
				return err
			}
			if over {
				break
			}
			if time.Since(begin) > patience {
				return fmt.Errorf("%v are not enough to let %s\n%s", patience, wait.what, p.said())
			}
		}
	}
	return k.look(p)
}

// detecting tells whether all detectors have begun to look at events.
func (k *keeper) detecting(p *process) (bool, error) {
	all, err := k.detectors(p)
	for _, d := range all {
		if d.Status == "FAILED" {
			return false, fmt.Errorf("detector %s is %s", d.Name, d.Status)
		}
		if d.Status == "INITIALIZING" {
			return false, err
		}
	}
	return true, err
}

// caughtUp tells whether each fixed query has run of late and none still runs.
func (k *keeper) caughtUp(p *process) (bool, error) {
	if err := k.lookAtRuns(p); err != nil {
		return false, err
	}
	late := time.Now().Add(-time.Minute - 5*time.Second).UnixMilli()
	for _, f := range k.fixed {
		if !f.scheduled || f.is == "" || f.made > late {
			continue
		}
		runs, err := k.history(p, f.name)
		if err != nil || len(runs) == 0 || runs[0].Due < late || runs[0].Status == "Running" {
			return false, err
		}
	}
	return true, nil
}

// A ran is a run of a scheduled query.
type ran struct {
	Due     int64  `json:"triggeredTimestamp"`
	Status  string `json:"executionStatus"`
	QueryID string `json:"queryId"`
}

// history returns the runs of a scheduled query, newest first.
func (k *keeper) history(p *process, name string) ([]ran, error) {
	in := struct {
		Identifier string `json:"identifier"`
		Start      int64  `json:"startTime"`
		End        int64  `json:"endTime"`
	}{name, 0, time.Now().Add(time.Hour).UnixMilli()}
	var out struct {
		Runs []ran `json:"triggerHistory"`
	}
	_, err := k.call(p, "GetScheduledQueryHistory", "", in, &out)
	return out.Runs, err
}

// lookAtRuns looks whether the fixed queries ran each minute, once, and what has ended stays as it ended. A minute that passed while no server
// was there has a run that failed.
func (k *keeper) lookAtRuns(p *process) error {
	for _, f := range k.fixed {
		if !f.scheduled || f.is == "" {
			continue
		}
		runs, err := k.history(p, f.name)
		if err != nil {
			return err
		}
		if k.runs[f.name] == nil {
			k.runs[f.name] = map[int64]string{}
		}
		queries, seen := map[string]bool{}, map[int64]bool{}
		for i, r := range runs {
			if seen[r.Due] = true; r.Due%60_000 != 0 || i > 0 && runs[i-1].Due-r.Due != 60_000 {
				return fmt.Errorf("query %s ran at %v, want once each minute", f.name, runs)
			}
			if r.QueryID != "" && queries[r.QueryID] {
				return fmt.Errorf("query %s has two runs of one id: %v", f.name, runs)
			}
			queries[r.QueryID] = true
			if was := k.runs[f.name][r.Due]; was != "" && was != r.Status {
				return fmt.Errorf("query %s, run of %d: %s, and %s before", f.name, r.Due, r.Status, was)
			}
			if r.Status != "Running" {
				k.runs[f.name][r.Due] = r.Status
			}
		}
		for due, status := range k.runs[f.name] {
			if !seen[due] {
				return fmt.Errorf("query %s, run of %d: missing, %s before", f.name, due, status)
			}
		}
	}
	return nil
}
