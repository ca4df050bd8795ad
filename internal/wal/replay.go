package wal

import (
	"errors"
	"fmt"
	"io"
)

// Replay calls use with each record that Open found, oldest first, without those up to Options.After. It is called
// before Run and Trim, if at all. It fails if use does, or the disk.
//
// What is damaged it skips and tells Hooks.Damaged; nothing comes twice, and nothing that was not appended.
func (l *Log) Replay(use func(Record) error) error {
	if len(l.found) > 0 {
		if err := l.replay(use); err != nil {
			return err
		}
	}
	l.missEnd()
	return nil
}

// missEnd tells of records that the log has had and that are not there, though nothing that is there tells of them.
func (l *Log) missEnd() {
	d := Damage{From: max(l.end, l.opts.After+1), To: l.opts.Reached, Err: errEnd}
	if d.From > d.To {
		return
	}
	if n := len(l.found); n > 0 {
		d.File, d.Offset = l.found[n-1].name, l.found[n-1].size
	}
	l.opts.Hooks.Damaged(d)
}

func (l *Log) replay(use func(Record) error) error {
	r := &replay{log: l, use: use, next: l.found[0].first}
	if after := l.opts.After; after > 0 {
		r.next = min(r.next, after+1)
	}
	for i, f := range l.found {
		r.file, r.limit = f, l.end
		for _, later := range l.found[i+1:] {
			r.limit = min(r.limit, later.first)
		}
		if err := f.scan(l.fs, l.dir, r.read); err != nil {
			return fmt.Errorf("replay log %s: %w", l.dir, err)
		}
	}
	return nil
}

// A replay is how far Replay is.
type replay struct {
	log *Log
	use func(Record) error

	next  Position // the record that comes next if none is missing
	file  *logFile
	limit Position // records of the file from here on do not count
}

// read goes through one file.
func (r *replay) read(s *scanner) error {
	if first := min(r.file.first, r.limit); r.next < first {
		r.lost(0, first, errGap) // an earlier file's loss
	}
	if r.file.damaged != nil {
		r.damaged(0, r.next, r.file.damaged)
	}
	for r.next < r.limit {
		at := s.at
		rec, err := s.next()
		bad := errors.Is(err, errRecord)
		if bad {
			if err = s.seek(); err == nil {
				rec, err = s.next()
			}
		}
		switch {
		case errors.Is(err, io.EOF) && !bad:
			r.lost(at, r.limit, errGap) // the file was cut, or one after it is missing
			return nil
		case errors.Is(err, io.EOF):
			r.damaged(at, r.limit, errRecord)
			return nil
		case err != nil:
			return err
		}
		switch position := min(rec.Position, r.limit); {
		case bad:
			r.damaged(at, position, errRecord)
		case position > r.next:
			r.lost(at, position, errGap)
		}
		if err := r.record(rec.Record); err != nil {
			return err
		}
	}
	return nil
}

// record hands a record on if it is the next one.
func (r *replay) record(rec Record) error {
	if rec.Kind == commitKind || rec.Position != r.next || rec.Position >= r.limit {
		return nil
	}
	r.next++
	if rec.Position <= r.log.opts.After {
		return nil
	}
	return r.use(rec)
}

// damaged tells of a bad stretch in the file, before the record called next.
func (r *replay) damaged(at int64, next Position, err error) {
	r.file.damaged = err
	r.lost(at, next, err)
}

// lost tells of a stretch before the record called next, and goes on there. Records that are safe elsewhere
// are not lost.
func (r *replay) lost(at int64, next Position, err error) {
	from, to := max(r.next, r.log.opts.After+1), next-1
	r.next = max(r.next, next)
	d := Damage{File: r.file.name, Offset: at, Err: err}
	if from <= to {
		d.From, d.To = from, to
	} else if errors.Is(err, errGap) {
		return
	}
	r.log.opts.Hooks.Damaged(d)
}
