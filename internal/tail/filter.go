package tail

import (
	"math"
	"regexp"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
)

// A Filter decides which events are shown. NewFilter returns one that lets all pass.
type Filter struct {
	Pattern  *filterpattern.Pattern // nil means all
	All, Not []*regexp.Regexp       // of the text
	Level    int                    // the least rank, as of eventline.LevelRank; -1 for all
	From, To int64                  // epoch milliseconds, both inclusive; math.MinInt64 and math.MaxInt64 for no bounds
}

// NewFilter returns a filter that lets all events pass.
func NewFilter() Filter { return Filter{Level: -1, From: math.MinInt64, To: math.MaxInt64} }

// text reports whether an event passes all that its text and time decide.
func (f *Filter) text(ev *files.Event) bool {
	if f.Pattern != nil && !f.Pattern.Match(ev.Message) {
		return false
	}
	for _, re := range f.All {
		if !re.Match(ev.Message) {
			return false
		}
	}
	for _, re := range f.Not {
		if re.Match(ev.Message) {
			return false
		}
	}
	if f.From == math.MinInt64 && f.To == math.MaxInt64 {
		return true
	}
	return ev.HasTime && f.From <= ev.Time && ev.Time <= f.To
}

// loud reports whether a level is at least the one asked for. An unknown one is not.
func (f *Filter) loud(level string) bool { return eventline.LevelRank(level) >= f.Level }
