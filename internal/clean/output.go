package clean

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/groundwatch/groundwatch/internal/writebehind"
)

// An Output is one file of the results.
type Output struct {
	Name   string `json:"name"` // below the folder of the results, with slashes
	Events int64  `json:"events"`
	Bytes  int64  `json:"bytes"`
}

// outputs writes the results of one unit under temporary names.
type outputs struct {
	opts   *Options
	schema *schema
	row    *row // nil for NDJSON
	unit   int

	open    []*output // the last used one first
	closed  []Output
	started map[string]int // how many files a folder has had
}

// An output is a file that is being written.
type output struct {
	day    int64
	name   string
	events int64
	count  countingWriter
	pack   io.WriteCloser // compresses into count; nil: nothing does
	enc    encoder
}

// A countingWriter counts what it writes to a file.
type countingWriter struct {
	file
	n int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.n += int64(n)
	return n, err
}

// How many files a unit writes at once, when results are split by day. Events out of order need more
// than one; beyond these the file that was not used for longest is closed, and a later event of its day
// starts another. A Parquet file holds a row group in memory.
const (
	maxOpenText    = 16
	maxOpenParquet = 3
)

func newOutputs(o *Options, s *schema, unit int) *outputs {
	u := &outputs{opts: o, schema: s, unit: unit, started: map[string]int{}}
	if o.table() {
		u.row = newRow(s, o.Columns)
	}
	return u
}

// add writes an event.
func (u *outputs) add(day int64, obj object) error {
	out, err := u.output(day)
	if err != nil {
		return err
	}
	out.events++
	return out.enc.add(obj)
}

// output returns the file for the events of a day; without a split all days are noDay.
func (u *outputs) output(day int64) (*output, error) {
	for i, out := range u.open {
		if out.day == day {
			copy(u.open[1:i+1], u.open[:i])
			u.open[0] = out
			return out, nil
		}
	}
	most := maxOpenText
	if u.opts.To == "parquet" {
		most = maxOpenParquet
	}
	if n := len(u.open); n == most {
		out := u.open[n-1]
		u.open = u.open[:n-1]
		if err := u.finish(out); err != nil {
			return nil, err
		}
	}
	out, err := u.create(day)
	if err != nil {
		return nil, err
	}
	u.open = append([]*output{out}, u.open...)
	return out, nil
}

// create starts a file.
func (u *outputs) create(day int64) (*output, error) {
	folder := ""
	if u.opts.Split == "day" {
		folder = dayFolder(day)
		if err := u.opts.fs.MkdirAll(filepath.Join(u.opts.Dir, folder)); err != nil {
			return nil, err
		}
	}
	out := &output{day: day, name: partName(u.unit, folder, u.started[folder], u.opts.extension())}
	u.started[folder]++
	f, err := u.opts.fs.Create(u.temp(out.name), false)
	if err != nil {
		return nil, err
	}
	out.count.file = f
	if f, ok := f.(*os.File); ok { // not that of a test
		out.count.file = writebehind.New(f)
	}
	w := io.Writer(&out.count)
	if out.pack, err = compress(u.opts.Compress, w); err == nil {
		if out.pack != nil {
			w = out.pack
		}
		out.enc, err = newEncoder(u.opts, u.schema, u.row, w)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), u.opts.fs.Remove(u.temp(out.name)))
	}
	return out, nil
}

func (u *outputs) temp(name string) string {
	return filepath.Join(u.opts.Dir, filepath.FromSlash(tempName(name)))
}

// finish completes a file, so that its bytes last. Its name is still the temporary one.
func (u *outputs) finish(out *output) error {
	err := out.enc.close()
	if out.pack != nil {
		err = errors.Join(err, out.pack.Close())
	}
	if err == nil {
		err = out.count.Sync()
	}
	if err = errors.Join(err, out.count.Close()); err != nil {
		return errors.Join(err, u.opts.fs.Remove(u.temp(out.name)))
	}
	u.closed = append(u.closed, Output{Name: out.name, Events: out.events, Bytes: out.count.n})
	return nil
}

// close completes all files and returns them in the order in which they were completed.
func (u *outputs) close() ([]Output, error) {
	for len(u.open) > 0 {
		n := len(u.open) - 1
		out := u.open[n]
		u.open = u.open[:n]
		if err := u.finish(out); err != nil {
			return nil, err
		}
	}
	return u.closed, nil
}

// abandon deletes everything. What cannot be deleted is for the next run: its name marks it.
func (u *outputs) abandon() {
	for _, out := range u.open {
		_ = out.count.Close()
		_ = u.opts.fs.Remove(u.temp(out.name))
	}
	for _, o := range u.closed {
		_ = u.opts.fs.Remove(u.temp(o.Name))
	}
}
