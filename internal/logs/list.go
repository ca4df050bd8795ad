package logs

import (
	"context"
	"fmt"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// pageLimit returns how many items a page may have: what is asked for, or usual.
func pageLimit(asked *int32, member string, usual, most int) (int, error) {
	switch {
	case asked == nil:
		return usual, nil
	case *asked < 1:
		return 0, refuse.Constraint(strconv.Itoa(int(*asked)), member, "Member must have value greater than or equal to 1")
	case int(*asked) > most:
		return 0, refuse.Constraint(strconv.Itoa(int(*asked)), member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
	return int(*asked), nil
}

// listed returns the next page of l: what read makes of q's entries, up to limit of those it wants, and the token for the page
// after it, nil if there is nothing more. A list that wants nearly nothing reads all of q.
func listed[T any](ctx context.Context, s *Service, l list, token *string, q catalog.Query, limit int, read func(catalog.Entry) (item T, wanted bool, err error)) ([]T, *string, error) {
	page := documents.List{Sealer: s.sealer, Purpose: l.purpose, Token: token, Limit: limit}
	items, next, err := documents.Select(ctx, page, s.catalog, q, read)
	return items, next, refuse.Token(err)
}

// all is the read of listed for entries that are all wanted.
func all[T any](decode func(catalog.Entry) (T, error)) func(catalog.Entry) (T, bool, error) {
	return func(e catalog.Entry) (T, bool, error) {
		item, err := decode(e)
		return item, true, err
	}
}
