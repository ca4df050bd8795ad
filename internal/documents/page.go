package documents

import (
	"context"
	"slices"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/page"
)

// A List is one list of the caller's, of which pages are asked for.
type List struct {
	Sealer  *page.Sealer
	Purpose string  // the operation, with the parameters that every page must repeat
	Token   *string // where the page begins; nil for the first one
	Limit   int     // how many items it has at most
}

// Page returns the items of a page, and the token of the next one, nil if there is none. items are all of the list, in the order of
// their places, each of which is another. A place is one between items: it stays good when items come and go. A token that is not of
// this list is fault.Invalid.
func Page[T any](ctx context.Context, l List, items []T, place func(T) string) ([]T, *string, error) {
	scope := tokenScope(ctx)
	if l.Token != nil {
		after, err := l.Sealer.Open(l.Purpose, scope, *l.Token)
		if err != nil {
			return nil, nil, err
		}
		first := slices.IndexFunc(items, func(item T) bool { return place(item) > string(after) })
		if first < 0 {
			first = len(items)
		}
		items = items[first:]
	}
	if len(items) <= l.Limit {
		return items, nil, nil
	}
	next := l.Sealer.Seal(l.Purpose, scope, []byte(place(items[l.Limit-1])))
	return items[:l.Limit], &next, nil
}

// tokenScope returns whose tokens the caller's are.
func tokenScope(ctx context.Context) string {
	c := caller.From(ctx)
	return c.Account + "/" + c.Region
}

// Limit returns how many items a page has: what is asked for, or usual, at most most.
func Limit(asked *int32, usual, most int) int {
	if asked == nil || *asked <= 0 {
		return usual
	}
	return min(int(*asked), most)
}
