package clean

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/internal/files"
)

// stateFormat is the version of the state file.
//
//	1: a JSON object a line; first the header, then the survey, then units as they are finished
//	2: the survey may be a draft, and be followed by others; a unit says by which of them it was written
const stateFormat = 2

// The names of files in the folder of the results that are not results.
const (
	stateName = ".groundwatch-clean"      // what is finished
	lockName  = ".groundwatch-clean.lock" // held while a run goes on
	keyName   = ".groundwatch-clean.key"  // the key of hashes if the run made one, until all is finished
)

// A header is the first line of the state file: what the results are made of.
type header struct {
	Format   int           `json:"format"`
	Settings []setting     `json:"settings"`
	Inputs   []inputRecord `json:"inputs"`
}

// An inputRecord tells whether an input is still the same.
type inputRecord struct {
	Path     string `json:"path"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // nanoseconds since the epoch; 0 if unknown
}

// A unitRecord says that a unit is finished: its results stand under their temporary names, or
// already under their final ones, and all of their bytes are on the disk. It holds as long as the survey
// is the one that it names.
type unitRecord struct {
	Unit    int          `json:"unit"`
	Survey  int          `json:"survey,omitempty"` // its version
	Redo    bool         `json:"redo,omitempty"`   // it is not finished any more, and Outputs are to be deleted
	Outputs []Output     `json:"outputs,omitempty"`
	Files   []FileReport `json:"files,omitempty"`
	Counts  unitCounts   `json:"counts"`
}

// lost reports whether a file of the unit could not be read, so that trying again may give more.
func (r *unitRecord) lost() bool {
	for _, f := range r.Files {
		if f.Lost {
			return true
		}
	}
	return false
}

// A stateLine is one line of the state file. One of its fields is set.
type stateLine struct {
	Header *header     `json:"header,omitempty"`
	Survey *schema     `json:"survey,omitempty"`
	Unit   *unitRecord `json:"unit,omitempty"`
}

// A state is what is finished, and its file.
type state struct {
	fs  fileSystem
	dir string

	header header
	schema *schema             // the last survey's; nil: none was finished
	units  map[int]*unitRecord // the last record of each unit that has one

	mu  sync.Mutex
	out file // open for append; nil before save
}

// A ChangedError says that a folder holds the results of a run with other options or inputs.
type ChangedError struct {
	Dir     string
	Changes []string // such as `--to was ndjson, now csv`
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("clean: %s holds results of a run that differs: %s", e.Dir, strings.Join(e.Changes, "; "))
}

// describe returns the inputs as the state remembers them.
func describe(inputs []files.Input) []inputRecord {
	records := make([]inputRecord, len(inputs))
	for i, in := range inputs {
		records[i] = inputRecord{Path: in.Path, Size: in.Size}
		if info, err := os.Stat(in.Path); err == nil && in.Path != files.Stdin {
			records[i].Modified = info.ModTime().UnixNano()
		}
	}
	return records
}

// loadState reads the state file of dir; nil if there is none.
func loadState(fs fileSystem, dir string) (*state, error) {
	name := filepath.Join(dir, stateName)
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &state{fs: fs, dir: dir, units: map[int]*unitRecord{}}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // cut off when an earlier run was killed
		}
		var l stateLine
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, fmt.Errorf("state %s:%d: %w", name, n, err)
		}
		if err := s.take(&l, n); err != nil {
			return nil, fmt.Errorf("state %s:%d: %w", name, n, err)
		}
	}
	if n == 0 || s.header.Format == 0 {
		return nil, fmt.Errorf("state %s: no header", name)
	}
	return s, nil
}

// take applies line n of a state file.
func (s *state) take(l *stateLine, n int) error {
	switch {
	case (l.Header != nil) != (n == 1):
		return errors.New("header in the wrong place")
	case l.Header != nil:
		if l.Header.Format < 1 || l.Header.Format > stateFormat {
			return fmt.Errorf("format %d, want 1 to %d", l.Header.Format, stateFormat)
		}
		s.header = *l.Header
	case l.Survey != nil:
		s.schema = l.Survey
	case l.Unit != nil:
		s.units[l.Unit.Unit] = l.Unit
	}
	return nil
}

// changes says how now differs from the header; nothing if a run may go on.
func (h *header) changes(now *header) []string {
	var all []string
	was := map[string]string{}
	for _, s := range h.Settings {
		was[s.Name] = s.Value
	}
	for _, s := range now.Settings {
		if was[s.Name] == s.Value {
			continue
		}
		if s.Name == "redact" {
			all = append(all, "the rules of --redact were others")
			continue
		}
		all = append(all, fmt.Sprintf("--%s was %s, now %s", s.Name, was[s.Name], s.Value))
	}
	return append(all, inputChanges(h.Inputs, now.Inputs)...)
}

// inputChanges says how two lists of inputs differ, each kind of difference by its first example.
func inputChanges(was, now []inputRecord) []string {
	before := make(map[string]inputRecord, len(was))
	for _, in := range was {
		before[in.Path] = in
	}
	var added, changed []string
	for _, in := range now {
		old, ok := before[in.Path]
		delete(before, in.Path)
		switch {
		case !ok:
			added = append(added, in.Path)
		case in.Path == files.Stdin:
			changed = append(changed, "standard input, which cannot be read again")
		case old.Size != in.Size:
			changed = append(changed, fmt.Sprintf("%s had %d bytes, now %d", in.Path, old.Size, in.Size))
		case old.Modified != in.Modified:
			changed = append(changed, in.Path+" was written again")
		}
	}
	var gone []string
	for _, in := range was {
		if _, ok := before[in.Path]; ok {
			gone = append(gone, in.Path)
		}
	}
	var all []string
	for _, c := range []struct {
		what  string
		names []string
	}{{"new", added}, {"changed", changed}, {"gone", gone}} {
		if n := len(c.names); n > 0 {
			are := "inputs are"
			if n == 1 {
				are = "input is"
			}
			all = append(all, fmt.Sprintf("%d %s %s (%s)", n, are, c.what, c.names[0]))
		}
	}
	same := func(a, b inputRecord) bool { return a.Path == b.Path }
	if len(all) == 0 && !slices.EqualFunc(was, now, same) {
		all = append(all, "the inputs were in another order")
	}
	return all
}

// finished reports whether the results of a unit are all there.
func (s *state) finished(unit int) bool {
	r := s.units[unit]
	return r != nil && !r.Redo && r.Survey == s.schema.version()
}

// recover brings the folder to what the state says: results whose rename is missing get it, units
// whose results are gone, or could be more, count as not done, everything else unfinished is deleted.
func (s *state) recover() error {
	for n, r := range s.units {
		if s.finished(n) {
			whole, err := s.finish(r)
			if err != nil {
				return err
			}
			if whole && !r.lost() {
				continue
			}
			r = &unitRecord{Unit: n, Redo: true, Outputs: r.Outputs}
			if err := s.append(&stateLine{Unit: r}); err != nil {
				return err
			}
			s.units[n] = r
		}
		if err := s.remove(r); err != nil {
			return err
		}
	}
	return removeTemps(s.fs, s.dir, s.hidden())
}

// hidden returns the temporary names of results that keep them until a draft is settled.
func (s *state) hidden() map[string]bool {
	names := map[string]bool{}
	for n, r := range s.units {
		if !s.schema.isDraft() || !s.finished(n) {
			continue
		}
		for _, o := range r.Outputs {
			names[s.path(tempName(o.Name))] = true
		}
	}
	return names
}

// finish renames the results of a finished unit where that is still to do, unless they are those of a
// draft. whole is false if one has been deleted since.
func (s *state) finish(r *unitRecord) (whole bool, err error) {
	if whole, err = s.rename(r); err != nil || !whole {
		return whole, err
	}
	return true, s.syncFolders(r)
}

// rename is finish but for what makes the names last.
func (s *state) rename(r *unitRecord) (whole bool, err error) {
	for _, o := range r.Outputs {
		name := s.path(o.Name)
		size, err := sizeOf(name)
		if err != nil {
			return false, err
		}
		switch {
		case size == o.Bytes:
			continue
		case size >= 0:
			return false, fmt.Errorf("clean: %s has %d bytes, was written with %d: it is not the result any more", name, size, o.Bytes)
		}
		if size, err = sizeOf(s.path(tempName(o.Name))); err != nil || size != o.Bytes {
			return false, err
		}
		if s.schema.isDraft() {
			continue
		}
		if err := s.fs.Rename(s.path(tempName(o.Name)), name); err != nil {
			return false, err
		}
	}
	return true, nil
}

// remove deletes the results of a unit.
func (s *state) remove(r *unitRecord) error {
	for _, o := range r.Outputs {
		err := errors.Join(s.fs.Remove(s.path(o.Name)), s.fs.Remove(s.path(tempName(o.Name))))
		if err != nil {
			return err
		}
	}
	return s.syncFolders(r)
}

// path returns where the result called name is.
func (s *state) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// syncFolders makes the names of units' results last.
func (s *state) syncFolders(units ...*unitRecord) error {
	done := map[string]bool{s.dir: true}
	for _, r := range units {
		for _, o := range r.Outputs {
			dir := filepath.Dir(s.path(o.Name))
			if done[dir] {
				continue
			}
			done[dir] = true
			if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err := s.fs.SyncDir(dir); err != nil {
				return err
			}
		}
	}
	return s.fs.SyncDir(s.dir) // which has the names of the folders of days
}

// open writes the state file anew, without what an earlier run may have written of a last line, and
// keeps it open for append.
func (s *state) open() error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	lines := []stateLine{{Header: &s.header}}
	if s.schema != nil {
		lines = append(lines, stateLine{Survey: s.schema})
	}
	for _, r := range s.units {
		lines = append(lines, stateLine{Unit: r})
	}
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			return err
		}
	}
	if err := writeFile(s.fs, s.dir, stateName, text.Bytes(), false); err != nil {
		return err
	}
	f, err := s.fs.Append(filepath.Join(s.dir, stateName))
	s.out = f
	return err
}

// append adds a line that lasts once append returns. It is safe for concurrent use.
func (s *state) append(l *stateLine) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.out.Write(append(text, '\n')); err != nil {
		return err
	}
	return s.out.Sync()
}

func (s *state) close() error {
	if s.out == nil {
		return nil
	}
	return s.out.Close()
}

// survey puts a survey in place of the one before it, if any. Results that were written with that go.
func (s *state) survey(now *schema) error {
	if err := s.append(&stateLine{Survey: now}); err != nil {
		return err
	}
	s.schema = now
	for n, r := range s.units {
		if s.finished(n) {
			continue
		}
		if err := s.remove(r); err != nil {
			return err
		}
		delete(s.units, n)
	}
	return nil
}

// settle makes a draft, to which all results are known to fit, the last survey, and with it the results
// visible: its record is the point of no return.
func (s *state) settle() error {
	now := *s.schema
	now.Draft = false
	if err := s.survey(&now); err != nil {
		return err
	}
	for _, r := range s.units {
		whole, err := s.rename(r)
		if err == nil && !whole {
			err = fmt.Errorf("clean: %s: results were deleted before all were there; run it again", s.dir)
		}
		if err != nil {
			return err
		}
	}
	return s.syncFolders(slices.Collect(maps.Values(s.units))...)
}

// commit makes the results of a unit visible, all or none: the record is the point of no return,
// from which recover goes on if the renames do not happen. With a draft it has them ready for settle.
func (s *state) commit(r *unitRecord) error {
	for _, o := range r.Outputs {
		if size, err := sizeOf(s.path(o.Name)); err != nil || size >= 0 {
			return errors.Join(err, fmt.Errorf("clean: %s exists and is not a result of this run", s.path(o.Name)))
		}
	}
	if err := s.append(&stateLine{Unit: r}); err != nil {
		return err
	}
	s.mu.Lock()
	s.units[r.Unit] = r
	s.mu.Unlock()
	_, err := s.finish(r)
	return err
}

// clear deletes all results, and then the state.
func (s *state) clear() error {
	for _, r := range s.units {
		if err := s.remove(r); err != nil {
			return err
		}
	}
	if err := removeTemps(s.fs, s.dir, nil); err != nil {
		return err
	}
	for _, name := range []string{keyName, stateName} {
		if err := s.fs.Remove(filepath.Join(s.dir, name)); err != nil {
			return err
		}
	}
	return s.fs.SyncDir(s.dir)
}

// sizeOf returns the size of a file, -1 if there is none.
func sizeOf(name string) (int64, error) {
	info, err := os.Lstat(name)
	if errors.Is(err, os.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	return info.Size(), nil
}

// removeTemps deletes what a killed run left under temporary names but for those in keep, and folders of
// days that are then empty.
func removeTemps(fs fileSystem, dir string, keep map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && strings.HasPrefix(e.Name(), "dt="):
			err = removeTemps(fs, path, keep)
			if left, _ := os.ReadDir(path); err == nil && len(left) == 0 {
				err = fs.Remove(path)
			}
		case !e.IsDir() && isTemp(e.Name()) && !keep[path]:
			err = fs.Remove(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
