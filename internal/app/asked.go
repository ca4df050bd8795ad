package app

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/queries"
)

// askedQueries are the queries for services that queries need themselves.
type askedQueries struct{ queries *queries.Service }

func (a *askedQueries) results(ctx context.Context, id string) (columns []string, rows [][]string, err error) {
	return a.queries.Results(ctx, id)
}
