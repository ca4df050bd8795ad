package savedqueries

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A definition is what the catalog keeps of a saved query, by its id.
type definition struct {
	ID         string                 `json:"id"`
	Name       string                 `json:"name"`
	Query      string                 `json:"query"`
	Language   types.QueryLanguage    `json:"language"`
	Groups     []string               `json:"groups,omitempty"`
	Parameters []types.QueryParameter `json:"parameters,omitempty"`
	Modified   int64                  `json:"modified"` // ms
}

// place returns where d is in the order of a list.
func (d definition) place() string { return d.Name + "\x00" + d.ID }

// wire returns d as the API has it.
func (d definition) wire() types.QueryDefinition {
	return types.QueryDefinition{
		QueryDefinitionId: &d.ID, Name: &d.Name, QueryString: &d.Query, QueryLanguage: d.Language,
		LogGroupNames: d.Groups, Parameters: d.Parameters, LastModified: &d.Modified,
	}
}

// PutQueryDefinition saves a query, or changes a saved one: nothing of what it was stays. What the query says is looked at only when it is
// run, but each parameter must occur in it.
func (s *Service) PutQueryDefinition(ctx context.Context, in *cloudwatchlogs.PutQueryDefinitionInput) (*cloudwatchlogs.PutQueryDefinitionOutput, error) {
	d := definition{
		ID: aws.ToString(in.QueryDefinitionId), Name: aws.ToString(in.Name), Query: aws.ToString(in.QueryString),
		Language: cmp.Or(in.QueryLanguage, types.QueryLanguageCwli),
		Groups:   in.LogGroupNames, Parameters: in.Parameters, Modified: s.opts.Now().UnixMilli(),
	}
	if err := checkParameters(d); err != nil {
		return nil, err
	}
	expect := catalog.Present
	if in.QueryDefinitionId == nil {
		var err error
		if d.ID, err = s.newID(ctx, in.ClientToken); err != nil {
			return nil, err
		}
		expect = catalog.Any // a request with a client token may have made it before
		s.making.Lock()
		defer s.making.Unlock()
		if err := s.checkRoom(ctx, d.ID); err != nil {
			return nil, err
		}
	}
	if err := s.kind.Put(ctx, d.ID, d, expect); err != nil {
		return nil, missing(err)
	}
	return &cloudwatchlogs.PutQueryDefinitionOutput{QueryDefinitionId: &d.ID}, nil
}

// maxParameters is how many parameters a saved query has (PutQueryDefinition).
const maxParameters = 20

// checkParameters refuses parameters that calls could not fill in. The texts are those of AWS's documentation.
func checkParameters(d definition) error {
	switch {
	case len(d.Parameters) == 0:
		return nil
	case d.Language != types.QueryLanguageCwli:
		return refuse.InvalidParameter("Parameters are only supported for CWLI query language")
	case len(d.Parameters) > maxParameters:
		return refuse.InvalidParameter("Parameter count exceeds the maximum of %d", maxParameters)
	}
	var names []string
	for _, p := range d.Parameters {
		name := aws.ToString(p.Name)
		if slices.Contains(names, name) {
			return refuse.InvalidParameter("Duplicate parameter name")
		}
		if !regexp.MustCompile(`\{\{\s*` + regexp.QuoteMeta(name) + `\s*\}\}`).MatchString(d.Query) {
			return refuse.InvalidParameter("Required parameters not found in queryString")
		}
		names = append(names, name)
	}
	return nil
}

// checkRoom refuses one more definition than there may be. One that exists already takes no room.
func (s *Service) checkRoom(ctx context.Context, id string) error {
	switch _, _, err := s.kind.Get(ctx, id); {
	case err == nil:
		return nil
	case !fault.Is(err, fault.NotFound):
		return err
	}
	n, err := s.kind.Count(ctx, s.opts.Limit)
	if err == nil && n >= s.opts.Limit {
		return refuse.LimitExceeded()
	}
	return err
}

// newID returns an id in the form of a UUID. A request with a client token gets the same one when it is repeated.
func (s *Service) newID(ctx context.Context, token *string) (string, error) {
	var id [32]byte
	if token != nil {
		id = sha256.Sum256([]byte(s.kind.Scope(ctx).String() + "\x00" + *token))
	} else if _, err := io.ReadFull(s.opts.Random, id[:]); err != nil {
		return "", fault.Internal(fmt.Errorf("make query definition id: %w", err))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4, as AWS's
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]), nil
}

// pageSize is how many definitions a page has, at most and if the request does not say.
const pageSize = 1000

// DescribeQueryDefinitions lists saved queries by name, then id.
func (s *Service) DescribeQueryDefinitions(ctx context.Context, in *cloudwatchlogs.DescribeQueryDefinitionsInput) (*cloudwatchlogs.DescribeQueryDefinitionsOutput, error) {
	prefix := aws.ToString(in.QueryDefinitionNamePrefix)
	found, err := s.find(ctx, func(d definition) bool {
		return strings.HasPrefix(d.Name, prefix) && (in.QueryLanguage == "" || d.Language == in.QueryLanguage)
	})
	if err != nil {
		return nil, err
	}
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: strings.Join([]string{"DescribeQueryDefinitions", prefix, string(in.QueryLanguage)}, "\x00"),
		Token: in.NextToken, Limit: documents.Limit(in.MaxResults, pageSize, pageSize),
	}
	found, next, err := documents.Page(ctx, list, found, definition.place)
	if err != nil {
		return nil, refuse.Token(err)
	}
	out := &cloudwatchlogs.DescribeQueryDefinitionsOutput{QueryDefinitions: []types.QueryDefinition{}, NextToken: next}
	for _, d := range found {
		out.QueryDefinitions = append(out.QueryDefinitions, d.wire())
	}
	return out, nil
}

// find returns the caller's definitions that are wanted, in order. All are read: Options.Limit bounds them.
func (s *Service) find(ctx context.Context, wanted func(definition) bool) ([]definition, error) {
	var found []definition
	for d, err := range s.kind.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		if wanted(d) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b definition) int { return cmp.Compare(a.place(), b.place()) })
	return found, nil
}

// DeleteQueryDefinition forgets a saved query.
func (s *Service) DeleteQueryDefinition(ctx context.Context, in *cloudwatchlogs.DeleteQueryDefinitionInput) (*cloudwatchlogs.DeleteQueryDefinitionOutput, error) {
	if err := s.kind.Delete(ctx, aws.ToString(in.QueryDefinitionId)); err != nil {
		return nil, missing(err)
	}
	return &cloudwatchlogs.DeleteQueryDefinitionOutput{Success: true}, nil
}

// Named returns the caller's saved queries of exactly that name, by id: names need not differ.
func (s *Service) Named(ctx context.Context, name string) ([]types.QueryDefinition, error) {
	found, err := s.find(ctx, func(d definition) bool { return d.Name == name })
	var all []types.QueryDefinition
	for _, d := range found {
		all = append(all, d.wire())
	}
	return all, err
}
