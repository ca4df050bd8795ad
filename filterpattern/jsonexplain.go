package filterpattern

import (
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// isJSON is what a JSON pattern demands of the whole event.
const isJSON = "the event is a JSON object or array"

func (f *jsonForm) explain(event []byte) []Step {
	b, ok := document(event)
	if !ok {
		return []Step{{Text: isJSON, Note: "it does not begin and end with brackets of one kind"}}
	}
	w := walker{form: f, b: b, whole: true, saw: make([]sight, len(f.conds))}
	w.run()
	if w.malformed {
		at := jsonscan.Space(event, 0) + w.stop
		return []Step{{Text: isJSON, Note: "it is malformed near byte " + strconv.Itoa(at)}}
	}
	steps := []Step{{Text: isJSON, Held: true}}
	for i, c := range f.conds {
		p := &printer{}
		c.print(p)
		saw := w.saw[i]
		steps = append(steps, Step{
			Pos: c.pos, End: c.end, Text: p.String(),
			Saw:  string(saw.raw),
			Note: sightNotes[saw.kind],
			Held: w.hits.has(i) != f.absent.has(i),
		})
	}
	return steps
}

// sightNotes describe what a condition looked at.
var sightNotes = [...]string{
	jsonscan.Invalid: "absent",
	jsonscan.Null:    "null",
	jsonscan.False:   "a boolean",
	jsonscan.True:    "a boolean",
	jsonscan.Number:  "a number",
	jsonscan.String:  "a text",
	jsonscan.Object:  "an object, which no comparison is true of",
	jsonscan.Array:   "an array, which no comparison is true of",
}
