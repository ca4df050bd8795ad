package files

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// numbered returns n lines of NDJSON, {"n":0} and so on, that do not compress well.
func numbered(n int) string {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"n\":%d,\"x\":\"%016x%016x\"}\n", i, r.Uint64(), r.Uint64())
	}
	return b.String()
}

// lineNumbers returns the n of the first and last event and how many there are.
func lineNumbers(t *testing.T, events []string) (count int) {
	t.Helper()
	for i, ev := range events {
		if want := fmt.Sprintf(`%d - {"n":%d,`, i+1, i); !strings.HasPrefix(ev, want) {
			t.Fatalf("event %d = %q, want it to start with %q", i, ev, want)
		}
	}
	return len(events)
}

// TestTruncatedData checks that all complete events before the place where packed data is cut off are
// given, and where it is cut off is told.
func TestTruncatedData(t *testing.T) {
	const lines = 20_000
	text := numbered(lines)
	for name, whole := range map[string][]byte{"gzip": gzipData(text), "zstd": zstdData(t, text)} {
		for _, cut := range []int{1, 5, 9, 1000, len(whole) / 2} {
			t.Run(fmt.Sprintf("%s without its last %d bytes", name, cut), func(t *testing.T) {
				in := write(t, "x", whole[:len(whole)-cut])
				want := read(t, in, Options{})
				n := lineNumbers(t, want.events)
				if least := lines - 2*lines*cut/len(whole) - 4000; n < least {
					t.Errorf("Events: got %d events, want at least %d", n, least)
				}
				problem := fmt.Sprintf("%d truncated: %s data ends early; its incomplete last line is left out", n+1, name)
				diff(t, "problems", want.problems, []string{problem})
				small := read(t, in, Options{blockSize: 777})
				diff(t, "events in small blocks", small.events, want.events)
				diff(t, "problems in small blocks", small.problems, want.problems)
			})
		}
	}
	t.Run("within the first header", func(t *testing.T) {
		got := read(t, write(t, "x", gzipData(text)[:5]), Options{})
		diff(t, "problems", got.problems, []string{"0 truncated: gzip data ends early; its incomplete last line is left out"})
	})
	t.Run("JSON in gzip", func(t *testing.T) {
		array := "[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",") + "]"
		data := gzipData(array)
		got := read(t, write(t, "x", data[:len(data)/2]), Options{})
		if len(got.events) < lines/4 || len(got.problems) != 1 || !strings.HasPrefix(got.problems[0], "1 truncated: gzip data ends early") {
			t.Errorf("Events: got %d events and problems %q, want at least %d and one, truncated", len(got.events), got.problems, lines/4)
		}
	})
}

// TestDamagedData checks files whose packing is wrong.
func TestDamagedData(t *testing.T) {
	text := numbered(2000)
	flipped := gzipData(text)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	middle := gzipData(text)
	for i := range 64 {
		middle[len(middle)/2+i] = 0xff
	}
	damagedZstd := zstdData(t, text)
	damagedZstd[len(damagedZstd)/2] ^= 0xff
	for _, tt := range []struct {
		name   string
		file   string
		data   []byte
		events int // -1: any number
		want   []string
	}{
		{"a wrong checksum costs no event", "x.gz", flipped, 2000, []string{"2001 corrupt: gzip checksum differs: some of the text may be wrong"}},
		{"bytes after the gzip data cost no event", "x.gz", append(gzipData(text), "tail"...), 2000, []string{"2001 corrupt: bytes that are not gzip follow the gzip data"}},
		{"damage in the middle", "x.gz", middle, -1, []string{" corrupt: gzip "}},
		{"text behind the first bytes of gzip data", "x.gz", []byte("\x1f\x8b\x08not gzip at all, just text\n"), 0,
			[]string{"0 corrupt: gzip data is damaged: gzip: invalid header; the rest is left out"}},
		{"damage in zstd", "x.zst", damagedZstd, -1, []string{" corrupt: zstd data is damaged"}},
		{"plain text called gzip", "x.gz", []byte(text), 2000, []string{"0 extension: the name says gzip, the content is plain"}},
		{"gzip called zstd", "x.zst", gzipData(text), 2000, []string{"0 extension: the name says zstd, the content is gzip"}},
		{"xz", "x.xz", []byte("\xfd7zXZ\x00abc"), 0, []string{"0 unsupported: is xz data, want text, gzip, zstd, bzip2 or Parquet"}},
		{"UTF-16", "x.log", []byte("\xff\xfea\x00\n\x00"), 0, []string{"0 unsupported: is UTF-16 text, want text, gzip, zstd, bzip2 or Parquet"}},
		{"gzip in gzip", "x.gz", gzipData(string(gzipData(text))), 0, []string{"0 unsupported: is gzip in gzip data, want text there"}},
		{"gzip in zstd", "x.zst", zstdData(t, string(gzipData(text))), 0, []string{"0 unsupported: is gzip in zstd data, want text there"}},
		{"Parquet in gzip", "x.gz", gzipData("PAR1PAR1"), 0, []string{"0 unsupported: is parquet in gzip data, want text there"}},
		{"UTF-16 in gzip", "x.gz", gzipData("\xff\xfea\x00\n\x00"), 0, []string{"0 unsupported: is UTF-16 text in gzip data, want text there"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, write(t, tt.file, tt.data), Options{})
			if tt.events >= 0 && lineNumbers(t, got.events) != tt.events {
				t.Errorf("Events: got %d events, want %d", len(got.events), tt.events)
			}
			if n := len(got.problems); n == 0 || n > 1 && tt.events >= 0 || !strings.Contains(got.problems[n-1], tt.want[0]) {
				t.Errorf("Events: got problems %q, want %q", got.problems, tt.want)
			}
		})
	}
}

// TestMemoryOfLongLines checks that the memory for a long event stays for the next one, and not for ever.
func TestMemoryOfLongLines(t *testing.T) {
	long := text{buf: make([]byte, 0, 1000)}
	for range 2 { // a long event, then stretches of short ones
		long.buf = long.buf[:900]
		long.shrink(100)
		long.buf = long.buf[:10]
		for range maxRoomy {
			long.shrink(100)
		}
		if cap(long.buf) != 1000 {
			t.Fatalf("shrink gave %d bytes back after %d short stretches, want them kept", 1000, maxRoomy)
		}
	}
	if long.shrink(100); cap(long.buf) != 0 {
		t.Errorf("shrink kept %d bytes after %d short stretches, want none", cap(long.buf), maxRoomy+1)
	}
}

// TestLongLines checks events around the longest that is allowed, in every way of reading.
func TestLongLines(t *testing.T) {
	const most = 100
	line := func(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }
	stamp := "2018-03-29T14:40:02.823Z "
	for _, tt := range []struct {
		name string
		text string
		want []string
		cut  int64 // the line of the problem; 0 for none
	}{
		{"one byte less than allowed", "a\n" + line(most-1) + "\nb\n", []string{"a", line(most - 1), "b"}, 0},
		{"as long as allowed", "a\n" + line(most) + "\nb\n", []string{"a", line(most), "b"}, 0},
		{"as long as allowed, with CR LF", "a\r\n" + line(most) + "\r\nb\r\n", []string{"a", line(most), "b"}, 0},
		{"one byte more", "a\n" + line(most+1) + "\nb\n", []string{"a", line(most + 1)[:most], "b"}, 2},
		{"many times as long", "a\n" + line(50*most) + "\nb\n", []string{"a", line(50 * most)[:most], "b"}, 2},
		{"at the end, without a line end", "a\n" + line(50*most), []string{"a", line(50 * most)[:most]}, 2},
		{"at the start", line(50*most) + "\nb\n", []string{line(50 * most)[:most], "b"}, 1},
		{"with a prefix", stamp + "a\n" + stamp + line(50*most) + "\n" + stamp + "b", []string{"a", line(50 * most)[:most-len(stamp)], "b"}, 2},
		{"of many lines", stamp + "a\n" + stamp + strings.Repeat("  at x\n", 100) + stamp + "b\n", []string{"a", strings.Repeat("  at x\n", 100)[:most-len(stamp)], "b"}, 2},
		{"of many line ends", stamp + "a\n" + stamp + "b" + strings.Repeat("\n", 500) + stamp + "c\n", []string{"a", "b", "c"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, data := range map[string][]byte{"plain": []byte(tt.text), "gzip": gzipData(tt.text)} {
				for _, size := range []int{1, 10, 99, 100, 101, 1000, 100_000} {
					in := write(t, "x", data)
					var got []string
					var cut int64
					opt := Options{blockSize: size, MaxEvent: most, Problem: func(p Problem) {
						if p.Kind == LongLine {
							cut = p.Line
						}
					}}
					err := Events(context.Background(), in, opt, func(ev *Event) error {
						got = append(got, string(ev.Message))
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					diff(t, fmt.Sprintf("%s in blocks of %d bytes", name, size), got, tt.want)
					if cut != tt.cut {
						t.Errorf("%s in blocks of %d bytes: got a long line at %d, want %d", name, size, cut, tt.cut)
					}
				}
			}
		})
	}
	t.Run("10 MB are allowed", func(t *testing.T) {
		long := line(10_000_000)
		got := read(t, write(t, "x", []byte("{\"a\":1}\n"+long+"\n{\"a\":2}\n")), Options{})
		if len(got.events) != 3 || got.events[1] != "2 - "+long || got.problems != nil {
			t.Errorf("Events: got %d events and problems %q, want 3 and none", len(got.events), got.problems)
		}
	})
}

// TestStrangeText checks text that is hard to read but no reason to stop.
func TestStrangeText(t *testing.T) {
	deep := `{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`
	number := strings.Repeat("9", 400)
	for _, tt := range []struct {
		name           string
		text           string
		want, problems []string
	}{
		{"bytes that are no UTF-8", "{\"a\":\"\xff\"}\n{\"a\":2}\n", []string{"1 - {\"a\":\"\xff\"}", `2 - {"a":2}`}, []string{"1 encoding: is not valid UTF-8, given as it is"}},
		{"NUL bytes", "{\"a\":\"\x00\"}\n\x00\x00\n", []string{"1 - {\"a\":\"\x00\"}", "2 - \x00\x00"}, []string{"2 mixed: is not ndjson, taken as plain text"}},
		{"JSON 10,000 deep", deep + "\n{\"a\":2}\n", []string{"1 - " + deep, `2 - {"a":2}`}, nil},
		{"keys twice", `{"a":1,"a":2}` + "\n", []string{`1 - {"a":1,"a":2}`}, nil},
		{"numbers of 400 digits", `{"time":` + number + "}\n", []string{`1 - {"time":` + number + "}"}, nil},
		{"terminal escapes", "\x1b[31mred\n", []string{"1 - \x1b[31mred"}, nil},
		{"many lines of another format", `{"a":1}` + strings.Repeat("\nx", 12), append([]string{`1 - {"a":1}`},
			strings.Split("2 - x,3 - x,4 - x,5 - x,6 - x,7 - x,8 - x,9 - x,10 - x,11 - x,12 - x,13 - x", ",")...),
			append(slices.Collect(func(yield func(string) bool) {
				for i := range 10 {
					yield(fmt.Sprintf("%d mixed: is not ndjson, taken as plain text", i+2))
				}
			}), "12 mixed: is not ndjson, taken as plain text x2")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := Options{}
			if tt.name == "many lines of another format" {
				opt.Format = NDJSON
			}
			got := read(t, write(t, "x", []byte(tt.text)), opt)
			diff(t, "events", got.events, tt.want)
			diff(t, "problems", got.problems, tt.problems)
		})
	}
}

// TestUnreadableFiles checks that what cannot be opened is told, and the rest read.
func TestUnreadableFiles(t *testing.T) {
	good := write(t, "x", []byte("{\"a\":1}\n"))
	var problems []string
	opt := Options{Problem: func(p Problem) { problems = append(problems, p.String()) }}
	src := &Source{Options: opt, Inputs: []Input{{Path: "no/such/file"}, {Path: filepath.Dir(good.Path)}, good}}
	got, _ := scan(t, src, always(nil, "a"), 1)
	diff(t, "rows", got, []string{"1"})
	diff(t, "problems", problems, []string{"no/such/file: no such file or directory", filepath.Dir(good.Path) + ": is a folder"})
}

// TestShrinkingFile checks that a file which becomes shorter while it is read is told.
func TestShrinkingFile(t *testing.T) {
	text := numbered(5000)
	for name, data := range map[string]string{"plain": text, "gzip": string(gzipData(text)), "JSON": "[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",\n") + "]"} {
		t.Run(name, func(t *testing.T) {
			in := write(t, "x", []byte(data))
			events, shrunk := 0, false
			opt := Options{blockSize: 1000, Problem: func(p Problem) { shrunk = shrunk || p.Kind == Shrunk }}
			err := Events(context.Background(), in, opt, func(*Event) error {
				if events++; events == 1 {
					return os.Truncate(in.Path, 1500)
				}
				return nil
			})
			if name == "gzip" || name == "JSON" { // read ahead in larger pieces: all may be in memory
				if err != nil || events < 1 {
					t.Errorf("Events: got %d events and error %v, want some and none", events, err)
				}
				return
			}
			if err != nil || events > 5000 || events < 20 || !shrunk {
				t.Errorf("Events: got %d events, error %v, shrunk %t, want 20 to 5000, none, true", events, err, shrunk)
			}
		})
	}
}

// TestStdin checks that a pipe is read like a file, in pieces of any size.
func TestStdin(t *testing.T) {
	for _, data := range [][]byte{[]byte(exported), gzipData(exported)} {
		in := Input{Path: Stdin, Log: "log", Stream: "stream", Size: -1}
		got := read(t, in, Options{Stdin: &slowReader{data: data}})
		diff(t, "events", got.events, formatCases[3].events)
	}
	got := read(t, Input{Path: Stdin, Size: -1}, Options{})
	diff(t, "events of nothing", got.events, nil)
}

// A slowReader gives a byte or none at a time.
type slowReader struct {
	data []byte
	n    int
}

func (r *slowReader) Read(p []byte) (int, error) {
	r.n++
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	if r.n%2 == 0 {
		return 0, nil
	}
	p[0], r.data = r.data[0], r.data[1:]
	return 1, nil
}

// TestBzip2 checks that bzip2 data is read, and two of them one after another.
func TestBzip2(t *testing.T) {
	// {"a":1} and {"a":2} on two lines, packed by the bzip2 program.
	data, err := hex.DecodeString("425a6839314159265359229de2e900000659800010100030102000000a2000310c0812807a89c226868be2ee48a70a120453bc5d20")
	if err != nil {
		t.Fatal(err)
	}
	once, twice := []string{`1 - {"a":1}`, `2 - {"a":2}`}, []string{`1 - {"a":1}`, `2 - {"a":2}`, `3 - {"a":1}`, `4 - {"a":2}`}
	diff(t, "events", read(t, write(t, "x.bz2", data), Options{}).events, once)
	diff(t, "events of two", read(t, write(t, "x", append(data, data...)), Options{}).events, twice)
	got := read(t, write(t, "x", data[:len(data)-4]), Options{})
	diff(t, "problems of half", got.problems, []string{"3 truncated: bzip2 data ends early; its incomplete last line is left out"})
}

// TestGzipPadding checks that zeros after gzip data are nothing, and a cut second member is told.
func TestGzipPadding(t *testing.T) {
	member := gzipData("{\"a\":1}\n")
	want := []string{`1 - {"a":1}`}
	got := read(t, write(t, "x", append(bytes.Clone(member), 0, 0, 0)), Options{})
	diff(t, "events before zeros", got.events, want)
	diff(t, "problems of zeros", got.problems, nil)
	for _, n := range []int{1, 2, 9} {
		got = read(t, write(t, "x", append(bytes.Clone(member), member[:n]...)), Options{})
		diff(t, "events before a cut member", got.events, want)
		diff(t, "problems of a cut member", got.problems, []string{"2 truncated: gzip data ends early; its incomplete last line is left out"})
	}
}
