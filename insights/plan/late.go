package plan

import "slices"

// A LateField is a field of the event that only the result shows: no step reads it.
type LateField struct {
	Field   ScanField
	Columns []int // the places in Plan.Output that show it
}

// Late returns a plan whose scan lacks the text of the event and what is found in it where no step reads them, and what
// it lacks: for few rows out of many it is cheaper to look for these fields when it is known which rows they are. The columns of these
// fields are null in the result. It returns nil if p has none, or shows no events.
func Late(p *Plan) (*Plan, []LateField) {
	if !p.LogRows || p.Estimate || slices.ContainsFunc(p.Steps, func(s Step) bool { return !staysEvent(s) }) {
		return nil, nil
	}
	used := map[int]bool{p.Time: true}
	for _, s := range p.Steps {
		reads, writes, _ := s.uses()
		for _, slot := range append(reads, writes...) {
			used[slot] = true
		}
	}
	early := *p
	early.Scan.Fields, early.ScanSlots, early.Scan.Texts = nil, nil, nil
	places := map[int]int{} // of the scan's fields, in the early scan
	var late []LateField
	for i, f := range p.Scan.Fields {
		slot := p.ScanSlots[i]
		if columns := shownIn(p.Output, slot); !used[slot] && f.IsText() && len(columns) > 0 {
			late = append(late, LateField{f, columns})
			continue
		}
		places[i] = len(early.Scan.Fields)
		early.Scan.Fields, early.ScanSlots = append(early.Scan.Fields, f), append(early.ScanSlots, slot)
	}
	for _, t := range p.Scan.Texts {
		if at, ok := places[t.Field]; ok {
			early.Scan.Texts = append(early.Scan.Texts, ScanTexts{at, t.Any})
		}
	}
	if late == nil {
		return nil, nil
	}
	return &early, late
}

// staysEvent reports whether each row behind a step was made of one row before it, and which event that is is known.
func staysEvent(s Step) bool {
	switch s.(type) {
	case *Compute, *Where, *Parse, *Unnest, *Sort, *Limit, *Dedup:
		return true
	}
	return false
}

// IsText reports whether a field is the text of the event or found in it.
func (f ScanField) IsText() bool {
	switch f.Name {
	case "@timestamp", "@ingestionTime", "@log", "@logStream":
		return f.All
	}
	return !f.Event
}

// shownIn returns the places of the columns that show a slot.
func shownIn(columns []Column, slot int) []int {
	var places []int
	for i, c := range columns {
		if c.Slot == slot {
			places = append(places, i)
		}
	}
	return places
}
