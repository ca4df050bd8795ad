package queries

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/saved"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// expand puts the saved queries into the text of q that it calls.
func (s *Service) expand(ctx context.Context, q *query) error {
	var broken error // what was no mistake of the query
	find := func(name string) (saved.Query, error) {
		found, err := s.saved(ctx, name)
		if _, told := errors.AsType[unsaved](err); err != nil && !told {
			broken = err
		}
		return found, err
	}
	var err error
	q.expanded, err = saved.Expand(q.text, insights.MaxQuery, find)
	if broken != nil {
		return broken
	}
	if mistakes, ok := errors.AsType[syntax.Errors](err); ok {
		_, unparsed := syntax.ParseQuery(q.text)
		return malformed(q.text, mistakes, unparsed == nil)
	}
	return err
}

// unsaved is why there is no saved query to be called.
type unsaved string

func (u unsaved) Error() string { return string(u) }

// saved returns the caller's saved query of a name. Names of query definitions need not differ: [R] a call of one that two have
// is refused.
func (s *Service) saved(ctx context.Context, name string) (saved.Query, error) {
	var found []types.QueryDefinition
	if s.opts.Saved != nil {
		var err error
		if found, err = s.opts.Saved(ctx, name); err != nil {
			return saved.Query{}, err
		}
	}
	switch {
	case len(found) == 0:
		return saved.Query{}, unsaved(fmt.Sprintf("there is no saved query %q", name))
	case len(found) > 1:
		return saved.Query{}, unsaved(fmt.Sprintf("there are %d saved queries %q", len(found), name))
	case found[0].QueryLanguage != types.QueryLanguageCwli:
		return saved.Query{}, unsaved(fmt.Sprintf("saved query %q is in %s, which cannot be called", name, found[0].QueryLanguage))
	}
	q := saved.Query{Text: aws.ToString(found[0].QueryString)}
	for _, p := range found[0].Parameters {
		q.Parameters = append(q.Parameters, saved.Parameter{Name: aws.ToString(p.Name), Default: p.DefaultValue})
	}
	return q, nil
}

// malformed is the error of a query that turned out to be wrong after it was planned.
func (q *query) malformed(mistakes syntax.Errors) error {
	return malformed(q.text, q.expanded.Places(mistakes), true)
}
