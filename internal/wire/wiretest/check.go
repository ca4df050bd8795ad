package wiretest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Tree reads a body as values that cmp.Diff compares: what the protocol gives no meaning, such as the order of members,
// does not show in it.
type Tree func(t *testing.T, body []byte) any

// CheckRequests decodes every request that ships with the SDK and lets the SDK write it again: it must be the same. It
// returns how many were.
func (s *SDK) CheckRequests(t *testing.T, c wire.Codec, tree Tree) (passed int) {
	t.Helper()
	for _, snap := range Requests(t, s.Service) {
		in := s.decode(t, c, snap)
		if in == nil {
			continue
		}
		again := s.Send(snap.Operation, in)
		if again.URL.Path != snap.URL.Path || again.Method != snap.Method {
			t.Errorf("%s.%s: the SDK writes %s %s, want %s %s",
				s.Service, snap.Operation, again.Method, again.URL.Path, snap.Method, snap.URL.Path)
			continue
		}
		if d := cmp.Diff(tree(t, snap.Body), tree(t, again.Body)); d != "" {
			t.Errorf("%s.%s: the SDK writes what was decoded as another request (-want +got):\n%s", s.Service, snap.Operation, d)
			continue
		}
		passed++
	}
	t.Logf("%s: %d request snapshots pass", s.Service, passed)
	return passed
}

// decode returns the input of a snapshot; nil after an error, and for an operation that was skipped.
func (s *SDK) decode(t *testing.T, c wire.Codec, snap *Snapshot) any {
	t.Helper()
	if slices.Contains(s.Skipped, snap.Operation) {
		return nil
	}
	o, err := c.Match(snap.Request())
	if err != nil || o == nil || o.Name != snap.Operation {
		t.Errorf("%s: Match(%s) = %v, %v", s.Service, snap.Operation, o, err)
		return nil
	}
	in, err := c.Decode(o, snap.Request())
	if err != nil {
		t.Errorf("%s: Decode(%s, %q) = %v", s.Service, snap.Operation, snap.Body, err)
		return nil
	}
	return in
}

// inputs returns an input of each operation that passes the SDK's checks: the one its request snapshot holds.
func (s *SDK) inputs(t *testing.T, c wire.Codec) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, snap := range Requests(t, s.Service) {
		all[snap.Operation] = s.decode(t, c, snap)
	}
	return all
}

// CheckResponses lets the SDK read every answer that ships with it and encodes what it read: it must be the same. It
// returns how many were.
func (s *SDK) CheckResponses(t *testing.T, c wire.Codec, tree Tree) (passed int) {
	t.Helper()
	inputs := s.inputs(t, c)
	for _, snap := range Responses(t, s.Service) {
		if slices.Contains(s.Skipped, snap.Operation) {
			continue
		}
		out, err := s.Receive(snap.Operation, inputs[snap.Operation], snap.Status, snap.Header, snap.Body)
		if err != nil {
			t.Errorf("%s.%s: the SDK reads its snapshot: %v", s.Service, snap.Operation, err)
			continue
		}
		got, err := c.Encode(s.Operation(t, snap.Operation), snap.Request(), out)
		if err != nil {
			t.Errorf("%s: Encode(%s) = %v", s.Service, snap.Operation, err)
			continue
		}
		if sameAnswer(t, tree, snap, got) {
			passed++
		}
	}
	t.Logf("%s: %d response snapshots pass", s.Service, passed)
	return passed
}

// CheckErrors lets the SDK read every error that ships with it and encodes the error that it made of it: it must be the
// same. It returns how many were.
func (s *SDK) CheckErrors(t *testing.T, c wire.Codec, tree Tree) (passed int) {
	t.Helper()
	inputs := s.inputs(t, c)
	for _, snap := range Errors(t, s.Service) {
		if snap.Operation == "" {
			snap.Operation = s.anyOperation()
		}
		_, err := s.Receive(snap.Operation, inputs[snap.Operation], snap.Status, snap.Header, snap.Body)
		if err == nil {
			t.Errorf("%s.%s: the SDK reads %s as no error", s.Service, snap.Operation, snap.Error)
			continue
		}
		if sameAnswer(t, tree, snap, c.EncodeError(s.Operation(t, snap.Operation), snap.Request(), err)) {
			passed++
		}
	}
	t.Logf("%s: %d error snapshots pass", s.Service, passed)
	return passed
}

// anyOperation returns an operation for an error that may come from all: the SDK reads any error of the service.
func (s *SDK) anyOperation() string {
	name := ""
	for n := range s.Table.Services()[0].Operations {
		if !slices.Contains(s.Skipped, n) && (name == "" || n < name) {
			name = n
		}
	}
	return name
}

func sameAnswer(t *testing.T, tree Tree, want *Snapshot, got *wire.Response) bool {
	t.Helper()
	type answer struct {
		Status int
		Type   string
		Body   any
	}
	a := answer{want.Status, want.Header.Get("Content-Type"), tree(t, want.Body)}
	b := answer{got.Status, got.Header.Get("Content-Type"), tree(t, got.Body)}
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("%s %s: encoded (-want +got):\n%s", want.Operation, want.Error, d)
		return false
	}
	return true
}
