package remote

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A slice of many events tells how far it is before its end, and never further than what was given.
func TestDownloadTellsHowFarItIsWithinASlice(t *testing.T) {
	const events = 2*pieceEvents + 1
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var all []string
		for n := range events {
			all = append(all, fmt.Sprintf(`{"logStreamName":"h1","timestamp":%d,"message":"m"}`, 1000+n/20))
		}
		_, _ = fmt.Fprintf(w, `{"events":[%s]}`, strings.Join(all, ","))
	}))
	defer server.Close()
	given, through := []int64(nil), []int64(nil)
	err := open(t, server.URL).Download(t.Context(), Selection{Places: []Place{{Group: "/labels/web"}}, From: 900, To: 1899}, 1,
		func(piece []Fetched) error {
			for _, e := range piece {
				given = append(given, *e.Timestamp)
			}
			return nil
		},
		func(at int64) error {
			if last := given[len(given)-1]; last > at {
				t.Errorf("done(%d) after an event of %d", at, last)
			}
			through = append(through, at)
			return nil
		})
	want := []int64{1000 + (pieceEvents-1)/20 - 1, 1000 + (2*pieceEvents-1)/20 - 1, 1000 + (events-1)/20 - 1, 1899}
	if err != nil || len(given) != events || !slices.IsSorted(given) || !slices.Equal(through, want) {
		t.Errorf("Download() = %v, gives %d events and is done through %d, want %d and %d", err, len(given), through, events, want)
	}
}

// More events of one time than are held are given, and only later ones tell that it is over.
func TestDownloadHoldsFewEventsOfOneTime(t *testing.T) {
	var s slice
	s.pieces = make(chan []Fetched, 3)
	for _, n := range []int{manyEvents, 10, 1} {
		piece := make([]Fetched, n)
		for i := range piece {
			piece[i].Timestamp = aws.Int64(7 + int64(n&1))
		}
		s.pieces <- piece
	}
	close(s.pieces)
	var got []int
	count, err := s.give(func(piece []Fetched) error { got = append(got, len(piece)); return nil }, func(at int64) error { got = append(got, -int(at)); return nil })
	if want := []int{manyEvents, 10, -7, 1}; err != nil || count != manyEvents+11 || !slices.Equal(got, want) {
		t.Errorf("give() = %d, %v, gives %d, want %d", count, err, got, want)
	}
}
