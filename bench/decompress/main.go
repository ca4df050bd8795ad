// Command decompress only decompresses gzip files, or those below a folder, on all cores: what a query over
// them cannot be faster than. It uses the library and the buffer that internal/files uses.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

func main() {
	var names []string
	for _, arg := range os.Args[1:] {
		err := filepath.WalkDir(arg, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".gz") {
				names = append(names, path)
			}
			return err
		})
		check(err)
	}
	work := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			buf := make([]byte, 1<<20)
			for name := range work {
				check(drain(name, buf))
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	wg.Wait()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "decompress:", err)
		os.Exit(1)
	}
}

func drain(name string, buf []byte) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for err == nil {
		_, err = z.Read(buf)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
