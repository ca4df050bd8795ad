package sqlcat

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// smallFile is up to how many bytes of file and log the whole content is checked on opening: some 12,000 entries, about 0.2 s.
const smallFile = 4 << 20

// prepareSQLite checks the file and its log without SQLite, which would take a damaged log for a short one, and an
// empty file for a new one. It creates the file if neither is there.
func prepareSQLite(ctx context.Context, d *dialect, path string) (small bool, err error) {
	size, err := sizeOf(path)
	if err != nil {
		return false, err
	}
	logSize, err := sizeOf(path + "-wal")
	if err != nil {
		return false, err
	}
	if size < 0 {
		if logSize > 0 {
			return false, fmt.Errorf("%w: the file is gone, but its log %s-wal is there", errDamaged, path)
		}
		return true, createSQLite(ctx, d, path)
	}
	if err := checkHeader(path, size, logSize > 0); err != nil {
		return false, err
	}
	if logSize > 0 {
		err = checkLog(path + "-wal")
	}
	return size+logSize <= smallFile, err
}

// sizeOf returns -1 if there is no such file.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// applicationID marks SQLite files of ours: "GWca".
const applicationID = 0x47576361

// pageBytes is the size of a SQLite page: a block of the usual disk.
const pageBytes = 4096

// createSQLite makes an empty database with the newest schema under another name and moves it to path, so a crash
// leaves all of it or nothing. Only its owner may read it: values hold policies.
func createSQLite(ctx context.Context, d *dialect, path string) error {
	draft := path + ".new"
	for _, left := range []string{draft, draft + "-wal", draft + "-shm"} {
		if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := fillSQLite(ctx, d, draft); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func fillSQLite(ctx context.Context, d *dialect, path string) error {
	db, err := d.open(path, true)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	for _, setting := range []string{
		fmt.Sprintf("PRAGMA page_size = %d", pageBytes),
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
		"PRAGMA journal_mode = WAL",
	} {
		if _, err := db.ExecContext(ctx, setting); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	return errors.Join(migrate(ctx, d, db), db.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// headerFields are the bytes of a file's header that never change in a database of ours ("Database File Format" of
// sqlite.org, §1.3).
var headerFields = []struct {
	at   int
	want []byte
	what string
}{
	{0, []byte("SQLite format 3\x00"), "mark of SQLite"},
	{16, []byte{pageBytes >> 8, 0}, "page size"},
	{18, []byte{2, 2}, "write and read version (WAL)"},
	{20, []byte{0, 64, 32, 32}, "reserved space and payload fractions"},
	{44, []byte{0, 0, 0, 4}, "schema format"},
	{52, []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, "vacuum mode, encoding, user version"},
	{68, binary.BigEndian.AppendUint32(nil, applicationID), "mark of Groundwatch"},
	{72, make([]byte, 20), "room for expansion"},
}

// checkHeader reads a database's header. Without a log the header also says how long the file is.
func checkHeader(path string, size int64, logged bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header := make([]byte, 100)
	if n, err := io.ReadFull(f, header); err != nil {
		return fmt.Errorf("%w: header of %d bytes, want %d", errDamaged, n, len(header))
	}
	for _, h := range headerFields {
		if got := header[h.at : h.at+len(h.want)]; !bytes.Equal(got, h.want) {
			return fmt.Errorf("%w: header: %s at byte %d is %x, want %x", errDamaged, h.what, h.at, got, h.want)
		}
	}
	if want := int64(binary.BigEndian.Uint32(header[28:])) * pageBytes; !logged && size != want {
		return fmt.Errorf("%w: %d bytes, the header says %d", errDamaged, size, want)
	}
	return nil
}
