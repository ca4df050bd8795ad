// Package buckets keeps objects where a server was told to: in folders, or behind an endpoint that speaks S3's protocol. What the
// objects are is for who puts them.
package buckets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// A Folder has buckets that are folders below it: an object is a file, the parts of its key are folders. A bucket has to be there.
type Folder struct{ dir string }

// NewFolder returns the buckets in dir. It touches nothing.
func NewFolder(dir string) *Folder { return &Folder{dir} }

// Put stores an object: the file is there whole and on disk, or not at all. It fails with fault.NotFound if there is no such bucket, and
// with fault.Invalid for a bucket or key that is no path below the folder. It does not leave the bucket, not by a symbolic link either.
func (f *Folder) Put(ctx context.Context, bucket, key string, body []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !filepath.IsLocal(filepath.FromSlash(bucket)) || path.Base(bucket) != bucket || bucket == "." {
		return fault.New(fault.Invalid, "", "bucket %q: want the name of a folder", bucket)
	}
	name := filepath.FromSlash(key)
	if !filepath.IsLocal(name) || path.Clean(key) != key || key == "." {
		return fault.New(fault.Invalid, "", "key %q: want a path", key)
	}
	root, err := os.OpenRoot(filepath.Join(f.dir, bucket))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "", "bucket %q: no folder %s", bucket, filepath.Join(f.dir, bucket))
	}
	if err != nil {
		return fmt.Errorf("open bucket: %w", err)
	}
	if err := errors.Join(putFile(root, name, body), root.Close()); err != nil {
		return fmt.Errorf("put object: %w", err)
	}
	return nil
}

// putFile writes a file under another name first, which no other writer of the folder has.
func putFile(root *os.Root, name string, body []byte) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	draft := filepath.Join(filepath.Dir(name), fmt.Sprintf("._draft-%016x", rand.Uint64()))
	file, err := root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, root.Remove(draft))
	}
	if err := root.Rename(draft, name); err != nil {
		return errors.Join(err, root.Remove(draft))
	}
	return nil
}
