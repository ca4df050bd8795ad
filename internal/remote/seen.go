package remote

import (
	"hash/maphash"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Events that are asked for twice, and events that come both by asking and by a live tail, are given once. An answer names each event
// by an id; a live tail does not, so that there the event itself, and how often it came, has to do.

// visibleWithin is how long an event may take from its ingestion until it is found by asking: AWS says some seconds.
const visibleWithin = 5000 // ms

// rememberFor is how long after its ingestion an event of one way may come by the other.
const rememberFor = 2 * 60 * 1000 // ms

// A seen knows which events were given.
type seen struct {
	born     int64            // what was ingested before is history; 0 until the history is read
	begun    int64            // when the history began to be read
	oldest   int64            // the time of the oldest event of the history: earlier ones are left out of it
	ingested int64            // the newest time of ingestion
	ids      map[string]times // of events that were found by asking
	polled   map[content]int  // found by asking, so many not by a live tail yet
	live     map[content]int  // the reverse
	seed     maphash.Seed
	pruned   int // ids left when they were last pruned
}

type times struct{ event, ingested int64 }

// A content is what an event is without an id.
type content struct {
	group, stream  string
	time, ingested int64
	message        uint64 // its hash
}

func newSeen() *seen {
	return &seen{oldest: math.MaxInt64, ids: map[string]times{}, polled: map[content]int{}, live: map[content]int{}, seed: maphash.MakeSeed()}
}

func (s *seen) content(e *Fetched) content {
	return content{e.Group, aws.ToString(e.LogStreamName), aws.ToInt64(e.Timestamp), aws.ToInt64(e.IngestionTime), maphash.String(s.seed, aws.ToString(e.Message))}
}

// history notes an event that was read before anything is followed. Of those only the newest can come again.
func (s *seen) history(e *Fetched) {
	at := times{aws.ToInt64(e.Timestamp), aws.ToInt64(e.IngestionTime)}
	s.ingested, s.oldest = max(s.ingested, at.ingested), min(s.oldest, at.event)
	if at.ingested < s.ingested-visibleWithin {
		return
	}
	s.ids[aws.ToString(e.EventId)] = at
	s.polled[s.content(e)]++
	if len(s.ids) > 2*s.pruned+10_000 {
		s.prune(s.ingested-visibleWithin, 0)
	}
}

// begin ends the history. now is the time when it began to be read, which counts if there is no event.
func (s *seen) begin(now int64) {
	s.begun, s.born = now, now-visibleWithin
	if s.ingested != 0 {
		s.born = min(s.born, s.ingested-visibleWithin)
	}
	if s.ingested > now { // the service's clock is ahead of ours
		s.born = s.ingested - visibleWithin
	}
}

// asked tells whether an event that was found by asking is new.
func (s *seen) asked(e *Fetched) bool {
	at := times{aws.ToInt64(e.Timestamp), aws.ToInt64(e.IngestionTime)}
	id := aws.ToString(e.EventId)
	_, known := s.ids[id]
	if known || at.ingested < s.born || at.ingested < s.begun && at.event < s.oldest {
		return false
	}
	s.ids[id] = at
	s.ingested = max(s.ingested, at.ingested)
	return take(s.live, s.polled, s.content(e))
}

// came tells whether an event of a live tail is new.
func (s *seen) came(e *Fetched) bool {
	s.ingested = max(s.ingested, aws.ToInt64(e.IngestionTime))
	return take(s.polled, s.live, s.content(e))
}

// take takes c out of there and returns false, or if it is not in there puts it here.
func take(there, here map[content]int, c content) bool {
	switch n := there[c]; n {
	case 0:
		here[c]++
		return true
	case 1:
		delete(there, c)
	default:
		there[c] = n - 1
	}
	return false
}

// prune forgets what was ingested before a time, and ids of events that are not asked for any more, before another. 0 means none.
func (s *seen) prune(ingested, event int64) {
	for id, at := range s.ids {
		if at.ingested < ingested || at.event < event {
			delete(s.ids, id)
		}
	}
	for _, m := range []map[content]int{s.polled, s.live} {
		for c := range m {
			if c.ingested < s.ingested-rememberFor {
				delete(m, c)
			}
		}
	}
	s.pruned = len(s.ids)
}
