// Command decompress only decompresses gzip files, or those below a folder, on all cores: what a query over
// them cannot be faster than. It uses the library and the buffer that internal/files uses. With -o it also
// writes what it reads to a folder: what the cleaner cannot be faster than.
package main

import (
	"errors"
	"flag"
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
	dir := flag.String("o", "", "write the text to files in this folder")
	flag.Parse()
	if *dir != "" {
		check(os.MkdirAll(*dir, 0o777))
	}
	var names []string
	for _, arg := range flag.Args() {
		err := filepath.WalkDir(arg, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".gz") {
				names = append(names, path)
			}
			return err
		})
		check(err)
	}
	work := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			buf := make([]byte, 1<<20)
			for i := range work {
				check(drain(names[i], outFile(*dir, i), buf))
			}
		})
	}
	for i := range names {
		work <- i
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

// outFile returns the name of the i-th result, "" if nothing is written.
func outFile(dir string, i int) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, fmt.Sprint(i))
}

// drain decompresses a file, to the file out unless that is "".
func drain(name, out string, buf []byte) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	to := io.Discard
	if out != "" {
		w, err := os.Create(out)
		if err != nil {
			return err
		}
		defer w.Close()
		to = w
	}
	for {
		n, err := z.Read(buf)
		if _, werr := to.Write(buf[:n]); werr != nil {
			return werr
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
