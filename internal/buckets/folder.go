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
	"runtime"
	"strings"

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
	root, name, err := f.open(bucket, key)
	if err != nil {
		return err
	}
	if err := errors.Join(putFile(root, name, body), root.Close()); err != nil {
		return fmt.Errorf("put object: %w", err)
	}
	return nil
}

// noBucket is the error of a bucket that there is not. Where it was looked for is for the operator.
func noBucket(name string, sought error) error {
	err := fault.New(fault.NotFound, "", "there is no bucket %q", name)
	err.Err = sought
	return err
}

// open returns the folder of a bucket, and the name of an object in it.
func (f *Folder) open(bucket, key string) (*os.Root, string, error) {
	if !filepath.IsLocal(filepath.FromSlash(bucket)) || path.Base(bucket) != bucket || bucket == "." {
		return nil, "", fault.New(fault.Invalid, "", "bucket %q: want the name of a folder", bucket)
	}
	name := filepath.FromSlash(key)
	if !filepath.IsLocal(name) || path.Clean(key) != key || key == "." {
		return nil, "", fault.New(fault.Invalid, "", "key %q: want a path", key)
	}
	root, err := os.OpenRoot(filepath.Join(f.dir, bucket))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", noBucket(bucket, fmt.Errorf("no folder %s", filepath.Join(f.dir, bucket)))
	}
	if err != nil {
		return nil, "", fmt.Errorf("open bucket: %w", err)
	}
	return root, name, nil
}

// draft is what the names of files begin with that are not whole yet.
const draft = "._draft-"

// Tidy removes the drafts beside an object, which processes leave that are killed. It must not run while somebody puts objects there.
func (f *Folder) Tidy(_ context.Context, bucket, key string) error {
	root, name, err := f.open(bucket, key)
	if err != nil {
		return err
	}
	if err := errors.Join(tidy(root, filepath.Dir(name)), root.Close()); err != nil {
		return fmt.Errorf("tidy bucket: %w", err)
	}
	return nil
}

func tidy(root *os.Root, dir string) error {
	folder, err := root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	names, err := folder.Readdirnames(-1)
	err = errors.Join(err, folder.Close())
	for _, name := range names {
		if strings.HasPrefix(name, draft) {
			err = errors.Join(err, root.Remove(filepath.Join(dir, name)))
		}
	}
	return err
}

// putFile writes a file under another name first, which no other writer of the folder has.
func putFile(root *os.Root, name string, body []byte) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	unready := filepath.Join(filepath.Dir(name), fmt.Sprintf("%s%016x", draft, rand.Uint64()))
	file, err := root.OpenFile(unready, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, root.Remove(unready))
	}
	if err := root.Rename(unready, name); err != nil {
		return errors.Join(err, root.Remove(unready))
	}
	for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) { // all of them: who made one may have been killed before this
		if err := syncFolder(root, dir); err != nil || dir == "." {
			return err
		}
	}
}

// syncFolder brings the names of a folder's files to disk. Windows has no such call, and needs none.
func syncFolder(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
