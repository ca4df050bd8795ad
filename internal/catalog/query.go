package catalog

// A Query asks for entries of one scope.
type Query struct {
	Scope
	Prefix     string // of the name, byte for byte; "" for all
	Terms      Terms  // those that are not "" must be the entry's
	ByPeak     bool   // by the first peak, then name; else by name. Names go by their bytes. Not with Prefix or Terms
	Descending bool
	Names      bool   // entries come with their key alone, which is quicker; what is damaged behind it does not show. Not with ByPeak
	After      Cursor // where the last page ended; zero for the beginning
	Limit      int    // how many at most. 0, and above MaxPage, mean MaxPage
}

// MaxPage is how many entries a page can have.
const MaxPage = 1000

// PageSize returns how many entries a page of q has at most.
func (q Query) PageSize() int {
	if q.Limit == 0 {
		return MaxPage
	}
	return min(q.Limit, MaxPage)
}

// Check returns Invalid if q cannot be answered.
func (q Query) Check() error {
	switch {
	case q.Limit < 0:
		return invalid("list of %s: limit %d, want 0 or more", q.Scope, q.Limit)
	case q.ByPeak && (q.Prefix != "" || q.Terms != Terms{}):
		return invalid("list of %s: by peak and by prefix or term, want one of them", q.Scope)
	case q.ByPeak && q.Names:
		return invalid("list of %s: by peak and names alone, want one of them", q.Scope)
	case q.After.Peak != 0 && (!q.ByPeak || q.After.Name == ""):
		return invalid("list of %s: a cursor of another list", q.Scope)
	case len(q.Prefix) > MaxName || len(q.After.Name) > MaxName:
		return invalid("list of %s: prefix or cursor of more than %d bytes", q.Scope, MaxName)
	}
	return q.Scope.Check()
}

// A Cursor is a place in a list: after the entry of that name and, in a list by peaks, of that peak. It may be stored and
// may name what is gone. The zero Cursor is no place.
type Cursor struct {
	Peak int64 // of a list by peaks; else 0
	Name string
}

// A Page is a part of a list.
type Page struct {
	Entries []Entry
	Next    Cursor // what After has to be for the rest; zero if there is none
}

// Cursor returns the place after e in q's order.
func (q Query) Cursor(e Entry) Cursor {
	if q.ByPeak {
		return Cursor{e.Peaks[0], e.Name}
	}
	return Cursor{0, e.Name}
}

// Bounds returns the names that q can still have, from low on and before high, "" for no bound: prefix and cursor
// in one. Not for a list by peaks.
func (q Query) Bounds() (low, high string) {
	low, high = q.Prefix, successor(q.Prefix)
	after := q.After.Name
	switch {
	case after == "":
	case !q.Descending:
		low = max(low, after+"\x00") // the least name above after
	case high == "" || after < high:
		high = after
	}
	return low, high
}

// successor returns the least text above all that start with prefix, "" if there is none.
func successor(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}
