// Package download keeps the file that events are downloaded to, and how far the download is, so that it can go on after it was
// interrupted. What is downloaded is for others.
package download

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/files"
)

// A State is what is known of a download between runs.
type State struct {
	Version int    `json:"version"`
	Asked   string `json:"asked"`   // what is downloaded
	Through int64  `json:"through"` // epoch milliseconds: all events up to here are in the file; 0 if there are none yet
	Bytes   int64  `json:"bytes"`   // of the file that hold them; what follows is from a run that was interrupted
}

// version is that of State.
const version = 1

// A File is being written. Its methods are used by one goroutine.
type File struct {
	state     State
	statePath string // "" if no state is kept
	file      *os.File
	pack      string         // "" or as of files.Pack
	packed    io.WriteCloser // nil between members
	now       func() time.Time
	kept      time.Time // when the state was written
}

// keepEvery is how often the state is written: a sync of the file comes before it.
const keepEvery = time.Second

// Create makes the file, or if statePath names the state of a download of the same events, goes on where that ended. The file is
// compressed if its name ends with .gz or .zst: in members that can be read as one.
func Create(path, statePath, asked string, now func() time.Time) (*File, error) {
	f := &File{statePath: statePath, state: State{Version: version, Asked: asked}, now: now, kept: now()}
	switch {
	case strings.HasSuffix(path, ".gz"):
		f.pack = "gzip"
	case strings.HasSuffix(path, ".zst"):
		f.pack = "zstd"
	}
	if err := f.readState(); err != nil {
		return nil, err
	}
	how := os.O_RDWR | os.O_CREATE
	if f.state.Bytes == 0 {
		how |= os.O_TRUNC
	}
	var err error
	if f.file, err = os.OpenFile(path, how, 0o666); err != nil {
		return nil, err
	}
	info, err := f.file.Stat()
	if err == nil && info.Size() < f.state.Bytes {
		err = fmt.Errorf("%s: %d bytes, but %s knows of %d; delete it to begin again", path, info.Size(), statePath, f.state.Bytes)
	}
	if err == nil {
		err = f.file.Truncate(f.state.Bytes)
	}
	if err == nil {
		_, err = f.file.Seek(f.state.Bytes, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.file.Close())
	}
	return f, nil
}

// readState reads the state of an earlier run, if there was one.
func (f *File) readState() error {
	if f.statePath == "" {
		return nil
	}
	text, err := os.ReadFile(f.statePath)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var s State
	if err := json.Unmarshal(text, &s); err != nil || s.Version != version {
		return fmt.Errorf("%s: not the state of a download of this version (%w)", f.statePath, err)
	}
	if s.Asked != f.state.Asked {
		return fmt.Errorf("%s: of another download, %s, want %s", f.statePath, s.Asked, f.state.Asked)
	}
	f.state = s
	return nil
}

// Through returns the time up to which earlier runs have everything; 0 if there were none.
func (f *File) Through() int64 { return f.state.Through }

// Write implements io.Writer.
func (f *File) Write(p []byte) (int, error) {
	if f.pack == "" {
		return f.file.Write(p)
	}
	if f.packed == nil {
		var err error
		if f.packed, err = files.Pack(f.file, f.pack); err != nil {
			return 0, err
		}
	}
	return f.packed.Write(p)
}

// Done tells that everything up to a time was written. It is kept about every second.
func (f *File) Done(through int64) error {
	if f.statePath == "" || f.now().Sub(f.kept) < keepEvery {
		return nil
	}
	return f.keep(through)
}

// keep writes the state.
func (f *File) keep(through int64) error {
	if err := f.endMember(); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	at, err := f.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	f.state.Through, f.state.Bytes, f.kept = through, at, f.now()
	text, _ := json.Marshal(f.state) // numbers and texts always encode
	fresh := filepath.Join(filepath.Dir(f.statePath), "."+filepath.Base(f.statePath)+".new")
	if err := os.WriteFile(fresh, append(text, '\n'), 0o666); err != nil {
		return err
	}
	return os.Rename(fresh, f.statePath)
}

// endMember ends the compressed member that is being written.
func (f *File) endMember() error {
	if f.packed == nil {
		return nil
	}
	err := f.packed.Close()
	f.packed = nil
	return err
}

// End ends the file when everything up to a time was written.
func (f *File) End(through int64) error {
	if f.statePath != "" {
		return errors.Join(f.keep(through), f.file.Close())
	}
	return errors.Join(f.endMember(), f.file.Close())
}

// Close ends the file where it is, after an error. The state stays what it was.
func (f *File) Close() error { return errors.Join(f.endMember(), f.file.Close()) }
