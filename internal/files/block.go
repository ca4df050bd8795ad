package files

import (
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

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
	times   logtime.Parser
	raw     bool  // no times are looked for in messages
	suspect bool  // the text is not UTF-8 throughout
	base    int64 // lines before the block, where known
	events  int64
	counted int64 // of events: already in Options.Progress
}

// Next fills ev with the next event and reports whether there is one. Message and the strings of ev
// are valid until the next call, in a block of a format of lines until the block's end. Line counts
// from the start of the block when several workers read the inputs.
func (b *Block) Next(ev *Event) bool {
	*ev = Event{Log: b.file.in.Log, Stream: b.file.in.Stream, File: b.file.in.Path}
	if !b.next(ev) {
		return false
	}
	if !ev.HasTime && !b.raw {
		ev.Time, ev.HasTime = b.messageTime(ev.Message)
	}
	return true
}

// next is Next for an ev that already has the input's names, or what next put there before, and
// without looking for a time in the message.
func (b *Block) next(ev *Event) bool {
	if b.records == nil {
		if !b.lines.next() {
			return false
		}
		b.events++
		b.fill(ev)
		b.invoke(ev)
		return true
	}
	*ev = Event{Log: b.file.in.Log, Stream: b.file.in.Stream, File: b.file.in.Path}
	if !b.records.next(ev) {
		return false
	}
	if !utf8.Valid(ev.Message) {
		kind, what := b.notUTF8(ev.Message)
		b.Problem(ev.Line, kind, what)
	}
	b.invoke(ev)
	b.events++
	return b.events&1023 != 0 || !b.pause()
}

// invoke says which invocation of a Lambda function an event belongs to: that of the START before it in
// its stream. Lines of "aws logs tail" are of several streams at once, so it is not known there.
func (b *Block) invoke(ev *Event) {
	if b.file.kind != discover.Lambda || b.Format == Tail {
		return
	}
	id, start := discover.StartOf(ev.Message)
	if b.records == nil {
		if start {
			b.text.invocation = string(id)
		}
		ev.Invocation = b.text.invocation
		return
	}
	if start {
		if b.file.starts == nil {
			b.file.starts = map[string]string{}
		}
		b.file.starts[strings.Clone(ev.Stream)] = string(id)
	}
	ev.Invocation = b.file.starts[ev.Stream]
}

// fill makes an event of the line at hand.
func (b *Block) fill(ev *Event) {
	l := &b.lines
	ev.Message, ev.Line, ev.HasTime = l.text, b.base+l.at, false
	if l.cut {
		b.file.tally.add(b.text.index, l.at, LongLine, "event is longer than allowed and is cut")
	}
	switch {
	case l.prefix != nil:
		b.fillPrefixed(ev)
	case b.Format == NDJSON && !looksJSON(l.text):
		b.mixed(l.at)
	}
	if b.suspect && !utf8.Valid(l.text) {
		kind, what := b.notUTF8(ev.Message)
		b.file.tally.add(b.text.index, l.at, kind, what)
	}
}

// fillPrefixed takes the prefix off an event.
func (b *Block) fillPrefixed(ev *Event) {
	l := &b.lines
	if !l.prefix.at(l.text) {
		b.mixed(l.at)
		return
	}
	stamp, stream, message := l.prefix.split(l.text)
	ev.Message = message
	if l.prefix.stream {
		ev.Stream = b.file.in.Stream
		if len(stream) > 0 {
			ev.Stream = view(stream)
		}
	}
	ev.Time, _, ev.HasTime = b.times.ISO(stamp)
}

// notUTF8 says what it means that a message is not UTF-8: such JSON has no fields (discovery).
func (b *Block) notUTF8(msg []byte) (ProblemKind, string) {
	if b.file.opt.fields && looksJSON(msg) {
		return Garbled, "is not valid UTF-8, given as it is, and fields of its JSON may be missing"
	}
	return Encoding, "is not valid UTF-8, given as it is"
}

func (b *Block) mixed(line int64) {
	b.file.tally.add(b.text.index, line, Mixed, b.Format.notThis())
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

// messageTime looks for the time in the text of an event that comes without one.
func (b *Block) messageTime(msg []byte) (int64, bool) {
	switch b.Format {
	case Text:
		if b.file.kind == discover.VPCFlow {
			if seconds, ok := discover.FlowStart(msg); ok {
				return logtime.EpochInt(seconds)
			}
		}
		return b.times.Leading(msg)
	case NDJSON, JSON, CloudTrail:
		if ms, ok := b.times.After(msg, b.file.timeLead); ok {
			return ms, true
		}
		if looksJSON(msg) {
			return b.times.JSON(msg, b.file.timeField)
		}
		return b.times.Leading(msg)
	}
	return 0, false
}

// Problem reports something about an event that Next gave, whose Line is line.
func (b *Block) Problem(line int64, kind ProblemKind, what string) {
	b.file.tally.add(b.text.index, line-b.base, kind, what)
}
