package files

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

// A file is an input that is open: its format is known and its events can be taken.
type file struct {
	index     int
	in        Input
	opt       *Options
	opened    *opened
	format    Format
	kind      discover.Kind
	timeField logtime.Field // of JSON events, and what stands before it: see logtime.FindField
	timeLead  string
	border    border
	parquet   *parquetFile      // of Parquet
	cutter    cutter            // of a format of lines
	records   recordReader      // of any other
	starts    map[string]string // of records of Lambda functions: the invocation of each stream
	tally     tally
	users     int // workers that hold it; guarded by run.mu
}

// A recordReader gives the events of a file in a format that is read from front to back by one worker.
type recordReader interface {
	// next fills ev with the next event; its texts are valid until the next call. ev has the
	// input's names and everything else zero.
	next(ev *Event) bool
	// failure returns, after the end, the line where reading stopped and what kept the file from being
	// read to its end.
	failure() (int64, error)
}

// openFile opens an input. If there is nothing to read in it, it is closed already, what was wrong is
// in the file's tally, and ok is false.
func openFile(index int, in Input, opt *Options) (f *file, ok bool) {
	f = &file{index: index, in: in, opt: opt}
	f.tally.path = in.Path
	o, err := openInput(in, opt)
	f.opened = o
	if err != nil {
		f.fail(err, 0, 0)
		return f, false
	}
	if o.compression == unknown {
		f.tally.file(Unsupported, fmt.Sprintf("is %s, want text, gzip, zstd, bzip2 or Parquet", o.what))
		o.close()
		return f, false
	}
	if what := extensionProblem(in.Path, o.compression); what != "" {
		f.tally.file(Extension, what)
	}
	if err := f.prepare(); err != nil {
		f.fail(err, 0, 0)
		o.close()
		return f, false
	}
	return f, true
}

// prepare finds out the format and makes what reads it.
func (f *file) prepare() error {
	if f.opened.compression == parquetData {
		f.format = Parquet
		return f.openParquet()
	}
	sample, end, err := f.sample()
	if c, what := sniff(sample); c != plain { // never the file itself: that would not be read as text
		return unreadable(fmt.Sprintf("is %s in %s data, want text there", cmp.Or(what, c.String()), f.opened.compression))
	}
	f.format = f.opt.Format
	if f.format == Auto {
		f.format = detect(sample, end)
	}
	if f.format == Parquet {
		return unreadable(fmt.Sprintf("is no Parquet file: it starts with %q, want \"PAR1\"", sample[:min(len(sample), 4)]))
	}
	f.border = border{prefix: f.format.prefix(), max: f.opt.maxEvent()}
	messages, lambda := f.sampleMessages(sample)
	f.kind = kindOf(f.format, lambda, messages)
	if f.kind == discover.JSON {
		f.timeField, f.timeLead = logtime.FindField(messages)
	}
	switch {
	case !f.format.lines():
		f.records = f.newRecords(f.text(sample, end, err))
	case f.opened.text == nil:
		f.cutter = f.chunks(sample)
	default:
		sample = bytes.TrimPrefix(sample, bom)
		c := &streamCutter{border: f.border, size: f.opt.block(streamBytes), whole: f.whole, lambda: f.kind == discover.Lambda}
		c.mu.r, c.mu.carry, c.mu.end, c.mu.err = f.opened.text, sample, end, err
		f.cutter = c
	}
	return nil
}

// sample reads the first text. end says that it is all there is, err why when that is an error.
func (f *file) sample() (text []byte, end bool, err error) {
	if f.opened.text == nil {
		text = make([]byte, min(sampleBytes, f.opened.size))
		n, err := f.opened.at.ReadAt(text, 0)
		if err == io.EOF {
			err = nil // a file that has become shorter: found out again when it is read
		}
		return text[:n], int64(n) == f.opened.size, err
	}
	text = make([]byte, sampleBytes)
	n, err := io.ReadFull(f.opened.text, text)
	switch err {
	case nil:
		return text[:n], false, nil
	case io.EOF:
		return nil, true, nil
	case io.ErrUnexpectedEOF:
		// Either the text ended, or its data was cut off: reading on tells which.
		more, err := f.opened.text.Read(text[n:])
		if err == io.EOF {
			err = nil
		}
		return text[:n+more], true, err
	}
	return text[:n], true, err
}

// text returns the text from its start again, of which sample was already read.
func (f *file) text(sample []byte, end bool, err error) io.Reader {
	switch {
	case f.opened.text == nil:
		f.opened.raw.r = io.NewSectionReader(f.opened.at, 0, f.opened.size)
		return f.opened.raw
	case err != nil:
		return io.MultiReader(bytes.NewReader(sample), failing{err})
	case end:
		return bytes.NewReader(sample)
	}
	return io.MultiReader(bytes.NewReader(sample), f.opened.text)
}

// failing is a reader that fails.
type failing struct{ err error }

func (r failing) Read([]byte) (int, error) { return 0, r.err }

func (f *file) chunks(sample []byte) *chunkCutter {
	c := &chunkCutter{border: f.border, size: int64(f.opt.block(chunkBytes)), file: f.opened.at, length: f.opened.size, lambda: f.kind == discover.Lambda}
	if bytes.HasPrefix(sample, bom) {
		c.start = int64(len(bom))
	}
	c.claimed.Store(f.in.from / c.size)
	c.count = func(n int64) {
		if f.opt.Progress != nil {
			f.opt.Progress.Bytes.Add(n)
		}
	}
	return c
}

// whole reports whether the text is complete up to such an error.
func (f *file) whole(err error) bool {
	_, _, whole := readProblem(f.opened.compression, err)
	return whole
}

// sampleMessages returns the messages of the first events, up to sampleEvents, and whether one is of a
// Lambda function's log group by its name.
func (f *file) sampleMessages(sample []byte) (messages [][]byte, lambda bool) {
	quiet := &file{in: f.in, opt: f.opt, opened: f.opened, format: f.format, border: f.border}
	b := Block{file: quiet, Format: f.format, raw: true}
	if f.format.lines() {
		data := bytes.TrimPrefix(sample, bom)
		if i := bytes.LastIndexByte(data, '\n'); i > 0 {
			data = data[:i+1]
		}
		b.text.data = data
		b.lines = newLines(f.border, &b.text)
	} else {
		b.records = quiet.newRecords(bytes.NewReader(sample))
	}
	for ev := (Event{}); len(messages) < sampleEvents && b.Next(&ev); {
		messages = append(messages, bytes.Clone(ev.Message))
		lambda = lambda || isLambdaLog(ev.Log)
	}
	return messages, lambda
}

// isLambdaLog reports whether a log group, with its account before it or not, is a Lambda function's.
func isLambdaLog(log string) bool {
	if _, name, ok := strings.Cut(log, ":"); ok {
		log = name
	}
	return strings.HasPrefix(log, "/aws/lambda/")
}

// kindOf tells what the messages of a file are, from the first of them. It is decided once for a file.
func kindOf(format Format, lambda bool, messages [][]byte) discover.Kind {
	switch {
	case format == NDJSON, format == JSON, format == CloudTrail:
		return discover.JSON
	case lambda:
		return discover.Lambda
	}
	return discover.Detect(messages)
}

// fail notes that reading stopped at a line of a block.
func (f *file) fail(err error, block int, line int64) {
	kind, what, _ := readProblem(f.opened.compression, err)
	f.tally.add(block, line, kind, what)
}

// finish closes the file, after the last block was scanned, and notes what cut it short. stopped says
// that the reading was given up before the end.
func (f *file) finish(stopped bool) {
	defer f.opened.close()
	if stopped {
		return
	}
	if f.records != nil {
		if line, err := f.records.failure(); err != nil {
			f.fail(err, 0, line)
		}
	} else if f.cutter == nil {
		return
	} else if err := f.cutter.failure(); err != nil {
		f.fail(err, len(f.tally.lines), 1)
	}
	ended, at := f.opened.raw.ended, f.opened.raw.read
	if c, ok := f.cutter.(*chunkCutter); ok {
		ended, at = c.end() < c.length && c.failure() == nil, c.end()
	}
	if ended {
		f.tally.file(Shrunk, fmt.Sprintf("ended at byte %d, had %d bytes before", at, f.opened.size))
	}
}
