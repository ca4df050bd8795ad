package lookuptables

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A table is what the catalog keeps of a lookup table by its name. Its CSV is in pieces of their own, under Body: an entry of the catalog
// cannot hold so much.
type table struct {
	Name        string            `json:"name"`
	Description *string           `json:"description,omitempty"`
	KMS         string            `json:"kms,omitempty"`
	Columns     []string          `json:"columns"`
	Rows        int64             `json:"rows"`
	Bytes       int64             `json:"bytes"`
	Body        int64             `json:"body"` // the parent of the pieces
	Created     int64             `json:"created"`
	Updated     int64             `json:"updated"` // ms
	Tags        map[string]string `json:"tags,omitempty"`
}

const (
	pieceKind     catalog.Kind = "log-lookup-body"
	bodySequence               = "log-lookup-body"
	pieceBytes                 = 512 << 10
	tableResource              = "lookup-table:"
)

// pieces returns the entries of a table's CSV.
func pieces(scope catalog.Scope, body string) []catalog.Entry {
	var all []catalog.Entry
	for n := 0; n*pieceBytes < len(body); n++ {
		piece := body[n*pieceBytes : min(len(body), (n+1)*pieceBytes)]
		all = append(all, catalog.Entry{Key: scope.Key(pieceName(n)), Value: []byte(piece)})
	}
	return all
}

func pieceName(n int) string { return fmt.Sprintf("%06d", n) }

// bodyScope returns where the CSV of a table is.
func (s *Service) bodyScope(ctx context.Context, body int64) catalog.Scope {
	scope := s.tables.Scope(ctx)
	scope.Kind, scope.Parent = pieceKind, body
	return scope
}

// remove returns the changes that remove the CSV of a table.
func (s *Service) remove(ctx context.Context, t table) []catalog.Change {
	var all []catalog.Change
	scope := s.bodyScope(ctx, t.Body)
	for n := 0; int64(n*pieceBytes) < t.Bytes; n++ {
		all = append(all, catalog.Delete(scope.Key(pieceName(n)), catalog.Any))
	}
	return all
}

// write stores t with a new CSV in place of what is there, which has the version expect. All of it is done, or nothing.
func (s *Service) write(ctx context.Context, t table, sh shape, body string, old table, expect catalog.Version) error {
	number, err := s.opts.Catalog.NextNumber(ctx, bodySequence)
	if err != nil {
		return fmt.Errorf("write lookup table: %w", err)
	}
	t.Columns, t.Rows, t.Bytes, t.Body = sh.columns, sh.rows, int64(len(body)), number
	changes := s.remove(ctx, old)
	for _, e := range pieces(s.bodyScope(ctx, number), body) {
		changes = append(changes, catalog.Put(e, catalog.Absent))
	}
	err = s.tables.Put(ctx, t.Name, t, expect, changes...)
	if err == nil {
		s.parsed.Forget(s.bodyScope(ctx, old.Body))
	}
	return err
}

// errReplaced says that a table was replaced while it was read.
var errReplaced = errors.New("the lookup table was replaced all the time")

// readTries is how often a table is read that is replaced meanwhile.
const readTries = 10

// read returns a table with its CSV.
func (s *Service) read(ctx context.Context, name string) (table, string, error) {
	for range readTries {
		t, _, err := s.tables.Get(ctx, name)
		if err != nil {
			return t, "", refused(err)
		}
		var b strings.Builder
		b.Grow(int(t.Bytes))
		for e, err := range catalog.All(ctx, s.opts.Catalog, catalog.Query{Scope: s.bodyScope(ctx, t.Body), Limit: 4}) {
			if err != nil {
				return t, "", fmt.Errorf("read lookup table: %w", err)
			}
			b.Write(e.Value)
		}
		if int64(b.Len()) == t.Bytes {
			return t, b.String(), nil
		}
	}
	return table{}, "", fault.Internal(errReplaced)
}

// arn returns the ARN of the caller's table.
func (s *Service) arn(ctx context.Context, name string) string {
	c := caller.From(ctx)
	return arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: tableResource + name}.String()
}

// named returns the name of the caller's table of an ARN.
func (s *Service) named(ctx context.Context, text string) (string, error) {
	a, err := arn.Parse(text)
	if err != nil {
		return "", refuse.InvalidParameter("The specified lookupTableArn is not an ARN.")
	}
	name, ok := strings.CutPrefix(a.Resource, tableResource)
	if c := caller.From(ctx); !ok || name == "" || a.Service != "logs" || a.Region != c.Region || a.Account != c.Account {
		return "", missing()
	}
	return name, nil
}

// wire returns t as the API has it.
func (s *Service) wire(ctx context.Context, t table) types.LookupTable {
	at := s.arn(ctx, t.Name)
	out := types.LookupTable{
		LookupTableArn: &at, LookupTableName: &t.Name, Description: t.Description, TableFields: t.Columns,
		RecordsCount: &t.Rows, SizeBytes: &t.Bytes, LastUpdatedTime: &t.Updated,
	}
	if t.KMS != "" {
		out.KmsKeyId = &t.KMS
	}
	return out
}
