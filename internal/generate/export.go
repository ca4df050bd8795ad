package generate

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An export is a folder tree as an export task of CloudWatch Logs leaves it in S3.
type export struct {
	dir   string
	ids   *random           // task ids
	clock clock             // only its text of times
	tasks map[string]string // task id of each log group
	open  map[*stream]*exportFile
}

type exportFile struct {
	file *os.File
	gz   *gzip.Writer
	w    *bufio.Writer
}

func newExport(dir string, seed uint64) (*export, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	// Before a task starts, AWS tries whether it may write, and leaves the trial there.
	test := filepath.Join(dir, "aws-logs-write-test")
	if err := os.WriteFile(test, []byte("Permission Check Successful"), 0o644); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return &export{
		dir:   dir,
		ids:   newRandom(seed + 1),
		clock: clock{second: -1 << 62},
		tasks: map[string]string{},
		open:  map[*stream]*exportFile{},
	}, nil
}

func (e *export) event(s *stream, ms int64, text []byte) error {
	f := e.open[s]
	if f == nil {
		var err error
		if f, err = e.create(s); err != nil {
			return err
		}
		e.open[s] = f
	}
	// bufio keeps the first error of a write and done reports it.
	f.w.Write(append(e.clock.stamp(f.w.AvailableBuffer(), ms), ' '))
	f.w.Write(text)
	f.w.WriteByte('\n')
	return nil
}

func (e *export) create(s *stream) (*exportFile, error) {
	task := e.tasks[s.group]
	if task == "" {
		task = string(e.ids.uuid(nil))
		e.tasks[s.group] = task
	}
	dir := filepath.Join(e.dir, task, strings.ReplaceAll(s.name, "/", "-"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	file, err := os.Create(filepath.Join(dir, "000000.gz"))
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	gz := gzip.NewWriter(file)
	return &exportFile{file, gz, bufio.NewWriterSize(gz, 1<<16)}, nil
}

func (e *export) done(s *stream) error {
	f := e.open[s]
	if f == nil {
		return nil
	}
	delete(e.open, s)
	if err := errors.Join(f.w.Flush(), f.gz.Close(), f.file.Close()); err != nil {
		return fmt.Errorf("export %s: %w", f.file.Name(), err)
	}
	return nil
}

func (e *export) close() error {
	var errs []error
	for s := range e.open {
		errs = append(errs, e.done(s))
	}
	return errors.Join(errs...)
}
