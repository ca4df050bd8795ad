package documents

import (
	"context"
	"encoding/json"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// Select returns a page of what a catalog has: what read makes of the entries of q, if it wants them, and the token of the next page, nil
// if there is nothing more. The page is l's; q's own After and Limit do not matter. A list that wants nearly nothing reads all of q. A
// token that is not of this list is Invalid, an error of read is returned as it is, and others are as those of Kind.
func Select[T any](ctx context.Context, l List, c catalog.Catalog, q catalog.Query, read func(catalog.Entry) (item T, wanted bool, err error)) ([]T, *string, error) {
	after, err := l.cursor(ctx)
	if err != nil {
		return nil, nil, err
	}
	items := []T{} // an empty list, not none, on the wire
	q.After, q.Limit = after, l.Limit
	for {
		page, err := c.List(ctx, q)
		if err != nil {
			return nil, nil, checked("list", q.Scope.Kind, err)
		}
		for i, e := range page.Entries {
			item, wanted, err := read(e)
			if err != nil {
				return nil, nil, err
			}
			if !wanted {
				continue
			}
			items = append(items, item)
			if len(items) == l.Limit && (i+1 < len(page.Entries) || page.Next != catalog.Cursor{}) {
				return items, l.token(ctx, q.Cursor(e)), nil
			}
		}
		if page.Next == (catalog.Cursor{}) {
			return items, nil, nil
		}
		q.After, q.Limit = page.Next, catalog.MaxPage
	}
}

// cursor returns where a page of Select begins.
func (l List) cursor(ctx context.Context) (place catalog.Cursor, err error) {
	if l.Token == nil {
		return place, nil
	}
	payload, err := l.Sealer.Open(l.Purpose, tokenScope(ctx), *l.Token)
	if err != nil {
		return place, err
	}
	if err := json.Unmarshal(payload, &place); err != nil {
		return place, fault.New(fault.Invalid, "", "token of %q: %v", l.Purpose, err)
	}
	return place, nil
}

// token is the inverse of cursor.
func (l List) token(ctx context.Context, place catalog.Cursor) *string {
	payload, err := json.Marshal(place)
	if err != nil {
		panic("BUG: no JSON of a token: " + err.Error())
	}
	token := l.Sealer.Seal(l.Purpose, tokenScope(ctx), payload)
	return &token
}
