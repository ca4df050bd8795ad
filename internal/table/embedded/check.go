package embedded

import (
	"errors"
	"fmt"
	iofs "io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// A Report is what Check found.
type Report struct {
	Parts    int
	Rows     int64 // in parts
	Text     int64 // bytes of their texts
	Bytes    int64 // of their files
	Logged   int64 // rows that only the log has
	Problems []string

	// Partitions are those with rows, in parts or in the log, that were not dropped: sorted, by table.
	Partitions map[string][]table.Partition
}

// Check reads all that is in dir, a folder of tables that no process has open, and changes nothing. It fails if the folder
// cannot be read at all; what is wrong with parts of it is in the report.
func Check(fs vfs.FS, dir string) (Report, error) {
	c := &checker{fs: vfs.ReadOnly(fs), dir: dir, homes: map[manifest.Home]bool{}}
	report := func(what string) func(wal.Damage) {
		return func(d wal.Damage) {
			c.problem("%s: %s at %d: records %d to %d: %v", what, d.File, d.Offset, d.From, d.To, d.Err)
		}
	}
	if l, ok := fs.(locker); ok {
		release, err := l.Lock(dir)
		if err != nil {
			return Report{}, fmt.Errorf("check tables: %w", err)
		}
		defer release()
	}
	_, contents, err := manifest.Open(c.fs, path.Join(dir, manifestDir), wal.Options{Hooks: wal.Hooks{Damaged: report("manifest")}})
	if err != nil {
		return c.Report, fmt.Errorf("check tables %s: %w", dir, err)
	}
	c.contents = contents
	c.checkLog(report("log"))
	for _, n := range slices.Sorted(maps.Keys(contents.Parts)) {
		c.checkPart(contents.Parts[n])
	}
	c.checkNames()
	c.Partitions = map[string][]table.Partition{}
	for _, h := range slices.SortedFunc(maps.Keys(c.homes), manifest.CompareHomes) {
		c.Partitions[h.Table] = append(c.Partitions[h.Table], h.Partition)
	}
	return c.Report, nil
}

// A checker is one Check.
type checker struct {
	Report
	fs       vfs.FS
	dir      string
	contents *manifest.Contents
	homes    map[manifest.Home]bool // that have rows
}

// holds notes that a partition has rows.
func (c *checker) holds(h manifest.Home) {
	if !c.contents.Dropped.Has(h) {
		c.homes[h] = true
	}
}

func (c *checker) problem(format string, args ...any) {
	c.Problems = append(c.Problems, fmt.Sprintf(format, args...))
}

// checkLog reads the log of rows.
func (c *checker) checkLog(damaged func(wal.Damage)) {
	log, err := wal.Open(c.fs, path.Join(c.dir, "wal"), wal.Options{After: c.contents.Position, Reached: c.contents.Logged, Hooks: wal.Hooks{Damaged: damaged}})
	if err == nil {
		err = log.Replay(func(r wal.Record) error {
			rec, err := readRecord(r.Payload)
			if r.Kind != rowsKind || err != nil {
				c.problem("log: record %d of kind %d: %v", r.Position, r.Kind, err)
				return nil
			}
			c.Logged += int64(len(rec.times))
			c.holds(manifest.Home{Table: rec.table, Partition: rec.partition})
			return nil
		})
	}
	if err != nil {
		c.problem("log: %v", err)
	}
}

// checkPart reads all of a part, and compares it with what the manifest says.
func (c *checker) checkPart(m *manifest.Part) {
	c.Parts++
	c.Rows += m.Rows()
	c.Text += m.Text()
	c.Bytes += m.Size
	for _, p := range m.Partitions() {
		c.holds(manifest.Home{Table: m.Table, Partition: p})
	}
	file, err := c.fs.Open(path.Join(c.dir, "parts", partName(m.Number)))
	if err != nil {
		c.problem("part %s: %v", partName(m.Number), err)
		return
	}
	defer file.Close()
	if size, err := file.Size(); err != nil || size != m.Size {
		c.problem("part %s: %d bytes, want %d: %v", partName(m.Number), size, m.Size, err)
	}
	blocked := blocks.NewFile(file, m.Number, m.Size, m.Sums, blocks.NewCache(blocks.Bytes))
	if err := blocked.Check(); err != nil {
		c.problem("part %s: %v", partName(m.Number), err)
		return
	}
	f, err := openPart(blocked)
	if err == nil {
		err = checkRows(f, m)
	}
	if err != nil {
		c.problem("part %s: %v", partName(m.Number), err)
	}
}

// checkRows reads all rows of a part, puts their texts together, and compares spans, order and lengths.
func checkRows(f *opened, m *manifest.Part) error {
	schema := table.Schema{Name: m.Table}
	if text, ok := f.Meta(textKey); ok {
		schema.Text, schema.Fields = text, []table.Field{{Name: text, Kind: column.String}}
	}
	plan := newReadPlan(schema, f)
	for _, field := range systemFields(schema) {
		plan.need(field.Name)
	}
	for _, field := range schema.Fields {
		plan.declare(field.Name)
	}
	plan.need(f.names...)
	var last mergeKey
	for g := range f.Groups() {
		var spans []manifest.Span
		at := 0
		err := f.GroupRows(g, plan.names, func(b *column.Batch) error {
			if err := checkBatch(plan, b, &last); err != nil {
				return err
			}
			spans = joinSpans(spans, spansOf(b, g, schema.Text != ""), at)
			at += b.Len
			return nil
		})
		if err != nil {
			return err
		}
		want := slices.DeleteFunc(slices.Clone(m.Spans), func(s manifest.Span) bool { return s.Group != g })
		if !slices.Equal(spans, want) {
			return fmt.Errorf("row group %d holds %v, want %v as in the manifest", g, spans, want)
		}
	}
	return nil
}

// checkBatch compares the order of rows, and the lengths of their texts.
func checkBatch(plan *readPlan, b *column.Batch, last *mergeKey) error {
	c := b.Columns
	for i := range b.Len {
		k := mergeKey{c[atPartition].Ints[i], c[atStream].Ints[i], c[atTime].Ints[i], c[atSequence].Ints[i]}
		if *last != (mergeKey{}) && !last.before(k) {
			return fmt.Errorf("row %d, %+v, does not come after %+v", b.First+int64(i), k, *last)
		}
		*last = k
	}
	if plan.schema.Text == "" {
		return nil
	}
	texts, err := plan.declared(b, plan.schema.Text)
	if err != nil {
		return err
	}
	for i, n := range c[atBytes].Ints {
		if got := len(texts.Str(i)); got != int(n) {
			return fmt.Errorf("row %d has a text of %d bytes, want %d", b.First+int64(i), got, n)
		}
	}
	return nil
}

// joinSpans adds spans of a batch, whose rows begin at a row of the group, to those before.
func joinSpans(all, more []manifest.Span, at int) []manifest.Span {
	for _, s := range more {
		s.From += at
		s.To += at
		n := len(all) - 1
		if n < 0 || all[n].Partition != s.Partition {
			all = append(all, s)
			continue
		}
		l := &all[n]
		l.To, l.Bytes = s.To, l.Bytes+s.Bytes
		l.FirstTime, l.LastTime = min(l.FirstTime, s.FirstTime), max(l.LastTime, s.LastTime)
		l.FirstStream, l.LastStream = min(l.FirstStream, s.FirstStream), max(l.LastStream, s.LastStream)
		l.FirstSequence, l.LastSequence = min(l.FirstSequence, s.FirstSequence), max(l.LastSequence, s.LastSequence)
	}
	return all
}

// checkNames lists files that should not be there, and what was set aside.
func (c *checker) checkNames() {
	names, err := c.fs.List(path.Join(c.dir, "parts"))
	if err != nil {
		c.problem("parts: %v", err)
	}
	known := map[string]bool{}
	for n := range c.contents.Parts {
		known[partName(n)] = true
	}
	for _, name := range names {
		if !known[name] && !strings.HasSuffix(name, newSuffix) && !strings.HasSuffix(name, partSuffix) {
			c.problem("parts: %s is none of ours", name)
		}
	}
	for _, dir := range []string{lostDir, "wal/quarantine", "manifest/quarantine"} {
		names, err := c.fs.List(path.Join(c.dir, dir))
		if err != nil && !errors.Is(err, iofs.ErrNotExist) {
			c.problem("%s: %v", dir, err)
		}
		for _, name := range names {
			if path.Join(dir, name) != spareDir {
				c.problem("%s: %s was set aside", dir, name)
			}
		}
	}
}
