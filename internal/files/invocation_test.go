package files

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// invocations is a Lambda function's log of n invocations, each of which ends in an exception that is logged
// without request id, after some text.
func invocations(n int) (log string, want []string) {
	var b strings.Builder
	for i := range n {
		id := fmt.Sprintf("%08d-0000-1111-2222-abcdefabcdef", i)
		stamp := fmt.Sprintf("2025-03-01T10:%02d:00.000Z ", i%60)
		fmt.Fprintf(&b, "%sSTART RequestId: %s Version: $LATEST\n", stamp, id)
		for range i % 7 {
			fmt.Fprintf(&b, "%sreading the cache%s\n", stamp, strings.Repeat(" again", i%50))
		}
		fmt.Fprintf(&b, "%s[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"app.py\", line %d\n", stamp, i)
		fmt.Fprintf(&b, "%sEND RequestId: %s\n%sREPORT RequestId: %s\tDuration: 1.00 ms\t\n", stamp, id, stamp, id)
		want = append(want, id)
	}
	return b.String(), want
}

// TestExceptionsHaveTheirInvocation asks for the request ids of exceptions, however the file is cut and packed.
func TestExceptionsHaveTheirInvocation(t *testing.T) {
	log, want := invocations(200)
	for _, data := range [][]byte{[]byte(log), gzipData(log)} {
		in := write(t, "task/stream/000000", data)
		for _, block := range []int{100, 1000, 1 << 20} {
			for _, contains := range [][]string{nil, {"Traceback"}} {
				src := &Source{Inputs: []Input{in}, Options: Options{blockSize: block}}
				rows, _ := scan(t, src, always(contains, "@requestId", "@type", "@message"), 2)
				var got []string
				for _, r := range rows {
					if id, rest, _ := strings.Cut(r, "|"); strings.Contains(rest, "Traceback") {
						got = append(got, id)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("blocks of %d, contains %q: ids of exceptions\n%q\nwant\n%q", block, contains, got, want)
				}
			}
		}
	}
}

// TestRecordsFollowEachStream asks the same of streams that a file has side by side.
func TestRecordsFollowEachStream(t *testing.T) {
	record := func(stream, message string) string {
		return fmt.Sprintf(`{"timestamp":1,"logStreamName":%q,"message":%q}`, stream, message)
	}
	exception := "[ERROR] KeyError: 'x'\nTraceback (most recent call last):"
	data := `{"events":[` + strings.Join([]string{
		record("a", "START RequestId: 00000000-0000-1111-2222-abcdefabcdef Version: 1"),
		record("b", "START RequestId: 00000001-0000-1111-2222-abcdefabcdef Version: 1"),
		record("a", exception), record("b", exception), record("c", exception),
	}, ",") + `]}`
	src := &Source{Inputs: []Input{write(t, "events.json", []byte(data))}}
	rows, _ := scan(t, src, always([]string{"Traceback"}, "@logStream", "@requestId"), 2)
	want := []string{"a|00000000-0000-1111-2222-abcdefabcdef", "b|00000001-0000-1111-2222-abcdefabcdef", "c|-"}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
}
