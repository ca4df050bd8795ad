package lookuptables

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// CreateLookupTable makes a table of CSV or of what a query has found. A KMS key is stored and shown; nothing is encrypted with it.
func (s *Service) CreateLookupTable(ctx context.Context, in *cloudwatchlogs.CreateLookupTableInput) (*cloudwatchlogs.CreateLookupTableOutput, error) {
	now := s.opts.Now().UnixMilli()
	t := table{
		Name: aws.ToString(in.LookupTableName), Description: in.Description, KMS: aws.ToString(in.KmsKeyId), Created: now, Updated: now, Tags: in.Tags,
	}
	sh, body, err := s.content(ctx, in.TableBody, in.QueryId)
	if err != nil {
		return nil, err
	}
	if err := s.create(ctx, t, sh, body); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.CreateLookupTableOutput{LookupTableArn: aws.String(s.arn(ctx, t.Name)), CreatedAt: &now}, nil
}

// create writes a new table, if there is room for it.
func (s *Service) create(ctx context.Context, t table, sh shape, body string) error {
	if refuse.ReservedTag(t.Tags) {
		return refuse.InvalidParameter(refuse.TextReservedTag)
	}
	s.making.Lock()
	defer s.making.Unlock()
	if _, _, err := s.tables.Get(ctx, t.Name); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Exists, "", "lookup table %q exists", t.Name)
		}
		return refused(err)
	}
	n, err := s.tables.Count(ctx, s.limits.Tables)
	if err != nil {
		return err
	}
	if n >= s.limits.Tables {
		return refuse.LimitExceeded()
	}
	return refused(s.write(ctx, t, sh, body, table{}, catalog.Absent))
}

// content returns the CSV that a request brings, or that is made of a query's results.
func (s *Service) content(ctx context.Context, body, queryID *string) (shape, string, error) {
	if (body == nil) == (queryID == nil) {
		return shape{}, "", refuse.InvalidParameter(textContent)
	}
	if body != nil {
		sh, err := s.measure(*body)
		return sh, *body, err
	}
	columns, rows, err := s.opts.Results(ctx, *queryID)
	if err != nil {
		return shape{}, "", err
	}
	return s.contentOf(columns, rows)
}

// contentOf returns the CSV of some rows.
func (s *Service) contentOf(columns []string, rows [][]string) (shape, string, error) {
	if len(columns) == 0 {
		return shape{}, "", refuse.InvalidParameter("The query has no columns.")
	}
	text := written(columns, rows)
	sh, err := s.measure(text)
	return sh, text, err
}

// UpdateLookupTable replaces all of a table's rows. [R] What the request does not name of description and key stays.
func (s *Service) UpdateLookupTable(ctx context.Context, in *cloudwatchlogs.UpdateLookupTableInput) (*cloudwatchlogs.UpdateLookupTableOutput, error) {
	name, err := s.named(ctx, aws.ToString(in.LookupTableArn))
	if err != nil {
		return nil, err
	}
	sh, body, err := s.content(ctx, in.TableBody, in.QueryId)
	if err != nil {
		return nil, err
	}
	now := s.opts.Now().UnixMilli()
	err = s.change(ctx, name, sh, body, func(t *table) {
		t.Updated = now
		if in.Description != nil {
			t.Description = in.Description
		}
		if in.KmsKeyId != nil {
			t.KMS = *in.KmsKeyId
		}
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.UpdateLookupTableOutput{LookupTableArn: in.LookupTableArn, LastUpdatedTime: &now}, nil
}

// changeTries is how often a table is written that others change at the same time.
const changeTries = 10

// change replaces a table's rows, and what edit edits.
func (s *Service) change(ctx context.Context, name string, sh shape, body string, edit func(t *table)) error {
	for range changeTries {
		old, version, err := s.tables.Get(ctx, name)
		if err != nil {
			return refused(err)
		}
		t := old
		edit(&t)
		if err := s.write(ctx, t, sh, body, old, version); !fault.Is(err, fault.Conflict) {
			return refused(err)
		}
	}
	return changing()
}

// How many tables a page has.
const (
	usualPage = 50
	mostPage  = 100
)

// DescribeLookupTables lists tables by name.
func (s *Service) DescribeLookupTables(ctx context.Context, in *cloudwatchlogs.DescribeLookupTablesInput) (*cloudwatchlogs.DescribeLookupTablesOutput, error) {
	prefix := aws.ToString(in.LookupTableNamePrefix)
	var found []table
	for t, err := range s.tables.All(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		found = append(found, t)
	}
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: "DescribeLookupTables\x00" + prefix, Token: in.NextToken, Limit: documents.Limit(&in.MaxResults, usualPage, mostPage),
	}
	found, next, err := documents.Page(ctx, list, found, func(t table) string { return t.Name })
	if err != nil {
		return nil, refuse.Token(err)
	}
	out := &cloudwatchlogs.DescribeLookupTablesOutput{LookupTables: []types.LookupTable{}, NextToken: next}
	for _, t := range found {
		out.LookupTables = append(out.LookupTables, s.wire(ctx, t))
	}
	return out, err
}

// GetLookupTable returns a table with its CSV, as it was sent.
func (s *Service) GetLookupTable(ctx context.Context, in *cloudwatchlogs.GetLookupTableInput) (*cloudwatchlogs.GetLookupTableOutput, error) {
	name, err := s.named(ctx, aws.ToString(in.LookupTableArn))
	if err != nil {
		return nil, err
	}
	t, body, err := s.read(ctx, name)
	if err != nil {
		return nil, err
	}
	w := s.wire(ctx, t)
	return &cloudwatchlogs.GetLookupTableOutput{
		LookupTableArn: w.LookupTableArn, LookupTableName: w.LookupTableName, Description: w.Description, KmsKeyId: w.KmsKeyId,
		SizeBytes: w.SizeBytes, LastUpdatedTime: w.LastUpdatedTime, TableBody: &body,
	}, nil
}

// DeleteLookupTable deletes a table. Queries that run go on with it.
func (s *Service) DeleteLookupTable(ctx context.Context, in *cloudwatchlogs.DeleteLookupTableInput) (*cloudwatchlogs.DeleteLookupTableOutput, error) {
	name, err := s.named(ctx, aws.ToString(in.LookupTableArn))
	if err != nil {
		return nil, err
	}
	for range changeTries {
		t, version, err := s.tables.Get(ctx, name)
		if err != nil {
			return nil, refused(err)
		}
		err = s.tables.Write(ctx, append(s.remove(ctx, t), catalog.Delete(s.tables.Scope(ctx).Key(name), version))...)
		if !fault.Is(err, fault.Conflict) {
			s.parsed.Forget(s.bodyScope(ctx, t.Body))
			return &cloudwatchlogs.DeleteLookupTableOutput{}, refused(err)
		}
	}
	return nil, missing()
}

// Columns returns the columns of the caller's table of that name. Its error is a *types.ResourceNotFoundException if there is none.
func (s *Service) Columns(ctx context.Context, name string) ([]string, error) {
	t, _, err := s.tables.Get(ctx, name)
	return t.Columns, refused(err)
}

// Table returns the caller's table of that name as it is now; the error is as that of Columns. Tables that were asked for last stay in memory.
func (s *Service) Table(ctx context.Context, name string) (*lookup.Table, error) {
	t, _, err := s.tables.Get(ctx, name)
	if err != nil {
		return nil, refused(err)
	}
	return s.parsed.Get(ctx, s.bodyScope(ctx, t.Body), func() (*lookup.Table, error) {
		t, body, err := s.read(ctx, name)
		if err != nil {
			return nil, err
		}
		return parsed(body, shape{t.Columns, t.Rows})
	})
}

// Put makes or replaces the caller's table of that name: description, key and tags count only for one that is made. It returns the ARN.
func (s *Service) Put(ctx context.Context, c types.LookupTableConfiguration, columns []string, rows [][]string) (string, error) {
	sh, body, err := s.contentOf(columns, rows)
	if err != nil {
		return "", err
	}
	now, name := s.opts.Now().UnixMilli(), aws.ToString(c.TableName)
	err = s.change(ctx, name, sh, body, func(t *table) { t.Updated = now })
	if _, none := errors.AsType[*types.ResourceNotFoundException](err); none {
		t := table{Name: name, Description: c.Description, KMS: aws.ToString(c.KmsKeyId), Created: now, Updated: now, Tags: c.Tags}
		err = s.create(ctx, t, sh, body)
	}
	return s.arn(ctx, name), err
}
