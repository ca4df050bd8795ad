package files

// A Block is a stretch of consecutive events of one input, given to one worker.
type Block struct {
	Input  Input
	Format Format
	// Number tells the input in its upper bits and the block's place in it below: blocks in order
	// of Number are the events in order. Between the numbers of two blocks of an input there is
	// room for the events of the first: event i of a block may be numbered Number+i.
	Number int64
	// Index counts the blocks of an input from 0, without gaps.
	Index int

	run     *run
	file    *file
	text    text
	lines   lines
	records recordReader
	times   timeParser
	raw     bool  // no times are looked for in messages
	base    int64 // lines before the block, where known
	events  int64
	counted int64 // of events: already in Options.Progress
}

// Next fills ev with the next event and reports whether there is one. Message and the strings of ev
// are valid until the next call, in a block of a format of lines until the block's end. Line counts
// from the start of the block when several workers read the inputs.
func (b *Block) Next(ev *Event) bool {
	if b.records != nil {
		*ev = Event{Log: b.file.in.Log, Stream: b.file.in.Stream, File: b.file.in.Path}
		if !b.records.next(ev) {
			return false
		}
		if !ev.HasTime && !b.raw {
			ev.Time, ev.HasTime = b.messageTime(ev.Message)
		}
		if b.events&1023 == 0 && b.pause() {
			return false
		}
	} else {
		l, ok := b.lines.next()
		if !ok {
			return false
		}
		b.fill(ev, l)
	}
	b.events++
	return true
}

// pause is called now and then in a block without end: it counts the events so far and reports
// whether the run is over.
func (b *Block) pause() bool {
	if b.run == nil {
		return false
	}
	if p := b.run.opt.Progress; p != nil {
		p.Events.Add(b.events - b.counted)
		b.counted = b.events
	}
	return b.run.stopped()
}

// fill makes an event of a line.
func (b *Block) fill(ev *Event, l line) {
	f := b.file
	*ev = Event{Message: l.text, Log: f.in.Log, Stream: f.in.Stream, File: f.in.Path, Line: b.base + l.line}
	if l.cut {
		f.tally.add(b.text.index, l.line, LongLine, "event is longer than allowed and is cut")
	}
	switch f.format {
	case S3Export, Tail:
		if !f.border.prefix.at(l.text) {
			b.mixed(l.line)
			return
		}
		stamp, stream, message := f.border.prefix.split(l.text)
		ev.Message = message
		if len(stream) > 0 {
			ev.Stream = view(stream)
		}
		ev.Time, _, ev.HasTime = b.times.iso(stamp)
	case NDJSON:
		if !looksJSON(l.text) {
			b.mixed(l.line)
		} else if !b.raw {
			ev.Time, ev.HasTime = b.messageTime(l.text)
		}
	default:
		if !b.raw {
			ev.Time, ev.HasTime = b.messageTime(l.text)
		}
	}
}

func (b *Block) mixed(line int64) {
	b.file.tally.add(b.text.index, line, Mixed, "is not "+b.file.format.String()+", taken as plain text")
}

// messageTime looks for the time in the text of an event that comes without one.
func (b *Block) messageTime(msg []byte) (int64, bool) {
	switch b.file.format {
	case Text:
		return b.times.leading(msg)
	case NDJSON, JSON, CloudTrail:
		if looksJSON(msg) {
			return b.times.jsonTime(msg, b.file.timeField)
		}
		return b.times.leading(msg)
	}
	return 0, false
}

// Problem reports something about an event that Next gave, whose Line is line.
func (b *Block) Problem(line int64, kind ProblemKind, what string) {
	b.file.tally.add(b.text.index, line-b.base, kind, what)
}
