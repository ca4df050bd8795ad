package logs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

const queryDefinitionKind catalog.Kind = "log-query-definition" // by id

// A queryDefinition is what the catalog keeps of a saved query.
type queryDefinition struct {
	ID         string                 `json:"id"`
	Name       string                 `json:"name"`
	Query      string                 `json:"query"`
	Language   types.QueryLanguage    `json:"language"`
	Groups     []string               `json:"groups,omitempty"`
	Parameters []types.QueryParameter `json:"parameters,omitempty"`
	Modified   int64                  `json:"modified"` // ms
}

const textQueryDefinitionMissing = "The specified query definition does not exist." // ours [R]

// PutQueryDefinition saves a query, or changes a saved one. What the query says is not looked at.
func (s *Service) PutQueryDefinition(ctx context.Context, in *cloudwatchlogs.PutQueryDefinitionInput) (*cloudwatchlogs.PutQueryDefinitionOutput, error) {
	d := queryDefinition{
		ID: aws.ToString(in.QueryDefinitionId), Name: aws.ToString(in.Name), Query: aws.ToString(in.QueryString), Language: in.QueryLanguage,
		Groups: in.LogGroupNames, Parameters: in.Parameters, Modified: s.now(),
	}
	if d.Language == "" {
		d.Language = types.QueryLanguageCwli
	}
	if err := s.checkQueryDefinition(d); err != nil {
		return nil, err
	}
	scope, isNew := tenantOf(ctx).scope(queryDefinitionKind), in.QueryDefinitionId == nil
	if isNew {
		var err error
		if d.ID, err = s.newDefinitionID(scope, in.ClientToken); err != nil {
			return nil, err
		}
	}
	s.making.Lock()
	defer s.making.Unlock()
	err := changeDocument(ctx, s, scope.Key(d.ID), func(doc *queryDefinition, exists bool) error {
		*doc = d
		switch {
		case exists:
			return nil
		case isNew:
			return s.checkRoom(ctx, scope, s.limits.QueryDefinitions)
		}
		return notFound(textQueryDefinitionMissing)
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutQueryDefinitionOutput{QueryDefinitionId: aws.String(d.ID)}, nil
}

func (s *Service) checkQueryDefinition(d queryDefinition) error {
	if d.Name == "" {
		return constraint(d.Name, "name", "Member must have length greater than or equal to 1")
	}
	if err := checkLength(d.Name, "name", 255); err != nil {
		return err
	}
	if err := checkLength(d.ID, "queryDefinitionId", 256); err != nil {
		return err
	}
	if !slices.Contains(d.Language.Values(), d.Language) {
		return constraint(string(d.Language), "queryLanguage", "Member must satisfy enum value set: [CWLI, SQL, PPL]")
	}
	return checkLength(d.Query, "queryString", s.limits.QueryDefinitionBytes)
}

// newDefinitionID returns an id in the form of a UUID. A request with a client token gets the same one when it is repeated.
func (s *Service) newDefinitionID(scope catalog.Scope, token *string) (string, error) {
	var id [32]byte
	if token != nil {
		id = sha256.Sum256([]byte(scope.String() + "\x00" + *token))
	} else if _, err := io.ReadFull(s.opts.Random, id[:]); err != nil {
		return "", fault.Internal(err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4, as AWS's
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]), nil
}

// DescribeQueryDefinitions lists saved queries by name, then id.
func (s *Service) DescribeQueryDefinitions(ctx context.Context, in *cloudwatchlogs.DescribeQueryDefinitionsInput) (*cloudwatchlogs.DescribeQueryDefinitionsOutput, error) {
	limit, err := pageLimit(in.MaxResults, "maxResults", 1000, 1000)
	if err != nil {
		return nil, err
	}
	t, prefix := tenantOf(ctx), aws.ToString(in.QueryDefinitionNamePrefix)
	l := t.listOf("DescribeQueryDefinitions", prefix, string(in.QueryLanguage))
	place, err := s.place(l, in.NextToken)
	if err != nil {
		return nil, err
	}
	found, err := s.queryDefinitions(ctx, func(d queryDefinition) bool {
		return strings.HasPrefix(d.Name, prefix) && (in.QueryLanguage == "" || d.Language == in.QueryLanguage) && d.place() > place.Name
	})
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeQueryDefinitionsOutput{QueryDefinitions: []types.QueryDefinition{}}
	if len(found) > limit {
		found = found[:limit]
		out.NextToken = s.next(l, catalog.Cursor{Name: found[limit-1].place()})
	}
	for _, d := range found {
		out.QueryDefinitions = append(out.QueryDefinitions, types.QueryDefinition{
			QueryDefinitionId: aws.String(d.ID), Name: aws.String(d.Name), QueryString: aws.String(d.Query), QueryLanguage: d.Language,
			LogGroupNames: d.Groups, Parameters: d.Parameters, LastModified: aws.Int64(d.Modified),
		})
	}
	return out, nil
}

// place returns where d is in the order of a list.
func (d queryDefinition) place() string { return d.Name + "\x00" + d.ID }

// queryDefinitions returns the caller's saved queries that are wanted, in order. All are read: Limits.QueryDefinitions bounds them.
func (s *Service) queryDefinitions(ctx context.Context, wanted func(queryDefinition) bool) ([]queryDefinition, error) {
	var found []queryDefinition
	for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: tenantOf(ctx).scope(queryDefinitionKind)}) {
		if err != nil {
			return nil, internal("list query definitions", err)
		}
		d, err := decoded[queryDefinition](e)
		if err != nil {
			return nil, err
		}
		if wanted(d) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b queryDefinition) int { return cmp.Compare(a.place(), b.place()) })
	return found, nil
}

// DeleteQueryDefinition forgets a saved query.
func (s *Service) DeleteQueryDefinition(ctx context.Context, in *cloudwatchlogs.DeleteQueryDefinitionInput) (*cloudwatchlogs.DeleteQueryDefinitionOutput, error) {
	id, missing := aws.ToString(in.QueryDefinitionId), notFound(textQueryDefinitionMissing)
	if id == "" || checkLength(id, "queryDefinitionId", 256) != nil {
		return nil, missing
	}
	if err := s.deleteDocument(ctx, tenantOf(ctx).scope(queryDefinitionKind).Key(id), missing); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.DeleteQueryDefinitionOutput{Success: true}, nil
}
