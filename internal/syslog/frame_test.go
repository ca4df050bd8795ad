package syslog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// frames returns the messages of a stream, "!" for each that was too large, and what ended it.
func frames(in io.Reader, most int) (all []string, err error) {
	f := &framer{in: bufio.NewReaderSize(in, 16), most: most, large: make(chan struct{}, 1)}
	defer f.release()
	for {
		b, over, err := f.next()
		if len(b) > 0 {
			all = append(all, string(b))
		}
		if over {
			all = append(all, "!")
		}
		if err != nil {
			return all, err
		}
	}
}

func TestFraming(t *testing.T) {
	x16 := strings.Repeat("x", 16)
	for _, tt := range []struct {
		name, stream string
		want         []string
	}{
		{"nothing", "", nil},
		{"lines", "<1>a\n<2>b\n", []string{"<1>a", "<2>b"}},
		{"a last line without its end", "<1>a\n<2>b", []string{"<1>a", "<2>b"}},
		{"lines as Windows has them", "<1>a\r\n<2>b\r\n", []string{"<1>a\r", "<2>b\r"}},
		{"empty lines", "\n\n<1>a\n\r\n\n<2>b\n\n", []string{"<1>a", "<2>b"}},
		{"ends of NUL", "<1>a\x00<2>b\x00", []string{"<1>a", "<2>b"}},
		{"lengths", "4 <1>a5 <2>bc", []string{"<1>a", "<2>bc"}},
		{"lengths with line feeds inside", "6 <1>a\nb4 <2>c", []string{"<1>a\nb", "<2>c"}},
		{"lengths and line feeds behind", "4 <1>a\n4 <2>b\n", []string{"<1>a", "<2>b"}},
		{"both by turns", "4 <1>a<2>b\n4 <3>c<4>d\n", []string{"<1>a", "<2>b", "<3>c", "<4>d"}},
		{"a length without a priority, after one with", "4 <1>a5 hello", []string{"<1>a", "hello"}},
		{"a line that begins with a number", "12 monkeys\n", []string{"12 monkeys"}},
		{"a line that is a number", "12", []string{"12"}},
		{"a number and a blank", "12 ", []string{"12 "}},
		{"a time", "2026-11-21 x\n", []string{"2026-11-21 x"}},
		{"a length of nothing", "0 <1>a\n", []string{"0 <1>a"}},
		{"a length of too many digits", "12345678901 <1>a\n", []string{"12345678901 <1>a"}},
		{"a message that ends early", "9 <1>a", []string{"<1>a"}},
		{"a line as long as may be", x16 + "\n" + x16, []string{x16, x16}},
		{"a line that is too long", x16 + "y\n<1>a\n", []string{"!", "<1>a"}},
		{"a much too long line", strings.Repeat(x16, 10) + "\n<1>a\n", []string{"!", "<1>a"}},
		{"a too long line at the end", x16 + "y", []string{"!"}},
		{"a counted message as long as may be", "16 <1>" + x16[3:] + "<2>b\n", []string{"<1>" + x16[3:], "<2>b"}},
		{"a counted message that is too long", "17 <1>" + x16[2:] + "<2>b\n", []string{"!", "<2>b"}},
		{"a counted message that is too long and ends early", "99 <1>xxxxxxxx<2>b\n", []string{"!"}},
		{"text", "häß\n日本\n", []string{"häß", "日本"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, in := range map[string]io.Reader{
				"at once":     strings.NewReader(tt.stream),
				"by bytes":    iotest.OneByteReader(strings.NewReader(tt.stream)),
				"with an end": iotest.DataErrReader(strings.NewReader(tt.stream)),
			} {
				if got, err := frames(in, 16); !slices.Equal(got, tt.want) || !errors.Is(err, io.EOF) {
					t.Errorf("frames of %q %s = %q, %v, want %q", tt.stream, how, got, err, tt.want)
				}
			}
		})
	}
}

func TestABrokenConnectionGivesWhatCame(t *testing.T) {
	broken := errors.New("broken")
	for stream, want := range map[string][]string{
		"<1>a\n<2>b": {"<1>a", "<2>b"}, "4 <1>a9 <2>b": {"<1>a", "<2>b"}, "12": {"12"}, "4 <1>a12 ": {"<1>a"}, "": nil,
	} {
		got, err := frames(io.MultiReader(strings.NewReader(stream), iotest.ErrReader(broken)), 100)
		if !slices.Equal(got, want) || !errors.Is(err, broken) {
			t.Errorf("frames of %q and an error = %q, %v, want %q", stream, got, err, want)
		}
	}
}

func TestLargeMessagesTakeTurns(t *testing.T) {
	large := make(chan struct{}, 1)
	line := strings.Repeat("x", largeFrame+1) + "\n"
	one := &framer{in: bufio.NewReader(strings.NewReader(line)), most: 1 << 20, large: large}
	two := &framer{in: bufio.NewReader(strings.NewReader(line)), most: 1 << 20, large: large}
	if b, _, err := one.next(); len(b) != largeFrame+1 || err != nil {
		t.Fatalf("next() = %d bytes, %v", len(b), err)
	}
	came := make(chan int)
	go func() {
		b, _, _ := two.next()
		came <- len(b)
	}()
	select {
	case <-came:
		t.Fatal("a second large message came while the first was held")
	default:
	}
	one.release()
	if n := <-came; n != largeFrame+1 {
		t.Errorf("next() = %d bytes, want %d", n, largeFrame+1)
	}
}

// FuzzFrames checks that messages come out as they went in, whatever they are, with their lengths in front; and that nothing of a stream of
// lines gets lost.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("<1>a"), []byte("b\nc"), "4 <1>a<2>b\n9 x")
	f.Add([]byte("<1>\x00"), []byte("7 <x"), "12 monkeys\x00\r\n")
	f.Fuzz(func(t *testing.T, a, b []byte, stream string) {
		a = append([]byte("<1>"), a...)
		b = append([]byte("<2>"), b...)
		var in bytes.Buffer
		for _, m := range [][]byte{a, b, a} {
			in.WriteString(strconv.Itoa(len(m)) + " ")
			in.Write(m)
		}
		want := []string{string(a), string(b), string(a)}
		if got, err := frames(&in, 1<<20); !slices.Equal(got, want) || !errors.Is(err, io.EOF) {
			t.Errorf("frames of %q counted = %q, %v", want, got, err)
		}
		got, err := frames(iotest.HalfReader(strings.NewReader(stream)), 1<<20)
		if whole, _ := frames(strings.NewReader(stream), 1<<20); !slices.Equal(got, whole) || !errors.Is(err, io.EOF) {
			t.Errorf("frames of %q by halves = %q, %v, at once %q", stream, got, err, whole)
		}
		if lines := "<" + strings.ReplaceAll(stream, "\n", "\n<"); true {
			lines = strings.ReplaceAll(lines, "\x00", "")
			got, _ := frames(strings.NewReader(lines), 1<<20)
			if want := strings.Split(lines, "\n"); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("frames of %q = %q, want %q", lines, got, want)
			}
		}
	})
}
