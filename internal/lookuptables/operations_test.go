package lookuptables

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

var ctx = servicetest.As(servicetest.Account)

const arnPrefix = "arn:aws:logs:eu-central-1:111122223333:lookup-table:"

// newService returns a service over a catalog in memory. The query "q" has found two rows, "none" nothing.
func newService(l Limits) *Service {
	return New(Options{
		Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now, Limits: l,
		Results: func(_ context.Context, id string) ([]string, [][]string, error) {
			switch id {
			case "q":
				return []string{"id", "count(*)"}, [][]string{{"u1", "3"}, {"u,\"2", ""}}, nil
			case "one":
				return []string{"id"}, [][]string{{""}, {"x"}}, nil
			case "none":
				return nil, nil, nil
			}
			return nil, nil, &types.ResourceNotFoundException{Message: aws.String("no query")}
		},
	})
}

func create(s *Service, name, body string) error {
	_, err := s.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{LookupTableName: &name, TableBody: &body})
	return err
}

// content returns what Table and GetLookupTable give of a table.
func content(t *testing.T, s *Service, name string) string {
	t.Helper()
	found, err := s.Table(ctx, name)
	if err != nil {
		t.Fatalf("Table(%s) = %v", name, err)
	}
	rows := make([][]string, found.Len())
	for row := range rows {
		for column := range found.Columns() {
			rows[row] = append(rows[row], found.Cell(row, column))
		}
	}
	out, err := s.GetLookupTable(ctx, &cloudwatchlogs.GetLookupTableInput{LookupTableArn: aws.String(arnPrefix + name)})
	if err != nil {
		t.Fatalf("GetLookupTable(%s) = %v", name, err)
	}
	return fmt.Sprintf("%q %q %q", found.Columns(), rows, *out.TableBody)
}

func TestCreateLookupTable(t *testing.T) {
	s := newService(Limits{Bytes: 40})
	for _, tt := range []struct{ name, body, want string }{
		{"some rows", "id,name\nu1,Ann\nu2,\"B,\nob\"\n", `["id" "name"] [["u1" "Ann"] ["u2" "B,\nob"]] "id,name\nu1,Ann\nu2,\"B,\nob\"\n"`},
		{"no rows", "id", `["id"] [] "id"`},
		{"a byte order mark", "\ufeffid\r\nä\r\n", `["id"] [["ä"]] "\ufeffid\r\nä\r\n"`},
		{"at the limit", "id\n" + strings.Repeat("x", 37), `["id"] [["` + strings.Repeat("x", 37) + `"]] "id\n` + strings.Repeat("x", 37) + `"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := strings.ReplaceAll(tt.name, " ", "_")
			if err := create(s, name, tt.body); err != nil {
				t.Fatalf("CreateLookupTable(%q) = %v", tt.body, err)
			}
			if got := content(t, s, name); got != tt.want {
				t.Errorf("content of %q = %s, want %s", tt.body, got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, body, want string }{
		{"above the limit", "id\n" + strings.Repeat("x", 38), "The table has 41 bytes, which exceeds the maximum of 40."},
		{"nothing", "", "The table is empty: its first row must have the names of its columns."},
		{"no UTF-8", "id\n\xff", "The table is not encoded in UTF-8."},
		{"a column without a name", "id, ,x\n", "The table's first row has no name for column 2."},
		{"a column twice", "id,x,id\n", `The table's first row has the name "id" twice.`},
		{"a short row", "id,x\n1,2\n3\n", "The table is not valid CSV: line 3, column 1: wrong number of fields."},
		{"a quote that is not closed", "id,x\n1,\"2\n", "The table is not valid CSV: line 2, column 6: extraneous or missing \" in quoted-field."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := create(s, "bad", tt.body); servicetest.ErrorText(err) != "InvalidParameterException: "+tt.want {
				t.Errorf("CreateLookupTable(%q) = %s, want %s", tt.body, servicetest.ErrorText(err), tt.want)
			}
		})
	}
	reserved, want := map[string]string{"aws:team": "a"}, "InvalidParameterException: "+refuse.TextReservedTag
	_, err := s.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{LookupTableName: aws.String("t"), TableBody: aws.String("id"), Tags: reserved})
	servicetest.WantError(t, "CreateLookupTable() with a tag of AWS's", err, want)
	_, err = s.Put(ctx, types.LookupTableConfiguration{TableName: aws.String("t"), Tags: reserved}, []string{"id"}, nil)
	servicetest.WantError(t, "Put() with a tag of AWS's", err, want)
}

// TestManyColumns checks that a table is refused whose columns the catalog could not hold, and taken just below.
func TestManyColumns(t *testing.T) {
	s := newService(Limits{})
	var names []string
	for i := range maxNames / 8 { // names of five bytes
		names = append(names, fmt.Sprintf("%05x", i))
	}
	if err := create(s, "at_the_limit", strings.Join(names, ",")); err != nil {
		t.Errorf("CreateLookupTable of %d columns = %v", len(names), err)
	}
	want := "InvalidParameterException: The table's first row has too many names: more than 131072 bytes."
	if err := create(s, "above", strings.Join(append(names, "x"), ",")); servicetest.ErrorText(err) != want {
		t.Errorf("CreateLookupTable of %d columns = %s, want %s", len(names)+1, servicetest.ErrorText(err), want)
	}
}

func TestTablesOfQueries(t *testing.T) {
	s := newService(Limits{})
	for _, tt := range []struct{ name, query, want string }{
		{"rows", "q", `["id" "count(*)"] [["u1" "3"] ["u,\"2" ""]] "id,count(*)\nu1,3\n\"u,\"\"2\",\n"`},
		{"rows of one column without a value", "one", `["id"] [[""] ["x"]] "id\n\"\"\nx\n"`},
		{"nothing found", "none", "InvalidParameterException: The query has no columns."},
		{"no such query", "x", "ResourceNotFoundException: no query"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := strings.ReplaceAll(tt.name, " ", "_")
			_, err := s.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{LookupTableName: &name, QueryId: &tt.query})
			got := servicetest.ErrorText(err)
			if err == nil {
				got = content(t, s, name)
			}
			if got != tt.want {
				t.Errorf("CreateLookupTable of query %s = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
	want := "InvalidParameterException: Exactly one of tableBody and queryId must be specified."
	for _, in := range []*cloudwatchlogs.CreateLookupTableInput{
		{LookupTableName: aws.String("t")},
		{LookupTableName: aws.String("t"), TableBody: aws.String("id"), QueryId: aws.String("q")},
	} {
		if _, err := s.CreateLookupTable(ctx, in); servicetest.ErrorText(err) != want {
			t.Errorf("CreateLookupTable with none or both = %s, want %s", servicetest.ErrorText(err), want)
		}
	}
}

func TestTablesAreReplacedAndDeletedWhole(t *testing.T) {
	s := newService(Limits{Tables: 2})
	big := "id,text\n" + strings.Repeat("a,"+strings.Repeat("x", 997)+"\n", 3*pieceBytes/1000)
	if err := create(s, "t", big); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Table(ctx, "t"); err != nil || found.Len() != 3*pieceBytes/1000 {
		t.Errorf("Table of several pieces = %v, %v, want %d rows", found, err, 3*pieceBytes/1000)
	}
	at := aws.String(arnPrefix + "t")
	update := &cloudwatchlogs.UpdateLookupTableInput{LookupTableArn: at, TableBody: aws.String("id\n1\n"), Description: aws.String("d")}
	if _, err := s.UpdateLookupTable(ctx, update); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, s, "t"), `["id"] [["1"]] "id\n1\n"`; got != want {
		t.Errorf("content after an update = %s, want %s", got, want)
	}
	if err := create(s, "t", "id"); servicetest.ErrorText(err) != "ResourceAlreadyExistsException: The specified lookup table already exists" {
		t.Errorf("CreateLookupTable again = %s", servicetest.ErrorText(err))
	}
	if _, err := s.Put(ctx, types.LookupTableConfiguration{TableName: aws.String("p")}, []string{"a"}, [][]string{{"1"}}); err != nil {
		t.Errorf("Put of a new table = %v", err)
	}
	if got, err := s.Put(ctx, types.LookupTableConfiguration{TableName: aws.String("p")}, []string{"b"}, nil); err != nil || got != arnPrefix+"p" {
		t.Errorf("Put of a table that exists = %s, %v", got, err)
	}
	if err := create(s, "u", "id"); servicetest.ErrorText(err) != "LimitExceededException: Resource limit exceeded." {
		t.Errorf("CreateLookupTable beyond the quota = %s", servicetest.ErrorText(err))
	}
	if _, err := s.DeleteLookupTable(ctx, &cloudwatchlogs.DeleteLookupTableInput{LookupTableArn: at}); err != nil {
		t.Errorf("DeleteLookupTable = %v", err)
	}
	missing := "ResourceNotFoundException: The specified lookup table does not exist."
	if _, err := s.DeleteLookupTable(ctx, &cloudwatchlogs.DeleteLookupTableInput{LookupTableArn: at}); servicetest.ErrorText(err) != missing {
		t.Errorf("DeleteLookupTable again = %s, want %s", servicetest.ErrorText(err), missing)
	}
	if _, err := s.UpdateLookupTable(ctx, update); servicetest.ErrorText(err) != missing {
		t.Errorf("UpdateLookupTable of none = %s, want %s", servicetest.ErrorText(err), missing)
	}
	if scopes, err := s.opts.Catalog.Scopes(ctx, "log-lookup-table"); err != nil || len(scopes) != 1 {
		t.Errorf("Scopes = %v, %v", scopes, err)
	}
	for _, tt := range []struct{ arn, want string }{
		{"t", "InvalidParameterException: The specified lookupTableArn is not an ARN."},
		{"arn:aws:logs:eu-central-1:111122223333:log-group:p", missing},
		{"arn:aws:logs:eu-central-1:444455556666:lookup-table:p", missing},
		{arnPrefix, missing},
	} {
		if _, err := s.GetLookupTable(ctx, &cloudwatchlogs.GetLookupTableInput{LookupTableArn: &tt.arn}); servicetest.ErrorText(err) != tt.want {
			t.Errorf("GetLookupTable(%s) = %s, want %s", tt.arn, servicetest.ErrorText(err), tt.want)
		}
	}
}

// TestParsedTables checks that queries share a table as long as it is the same, and see the next one at once.
func TestParsedTables(t *testing.T) {
	s := newService(Limits{})
	at := aws.String(arnPrefix + "t")
	table := func() *lookup.Table {
		t.Helper()
		found, err := s.Table(ctx, "t")
		if err != nil {
			t.Fatalf("Table(t) = %v", err)
		}
		return found
	}
	if err := create(s, "t", "id\n1\n"); err != nil {
		t.Fatal(err)
	}
	first := table()
	if again := table(); again != first {
		t.Error("Table(t) again parsed the table anew")
	}
	if _, err := s.UpdateLookupTable(ctx, &cloudwatchlogs.UpdateLookupTableInput{LookupTableArn: at, TableBody: aws.String("id\n2\n")}); err != nil {
		t.Fatal(err)
	}
	if got := table().Cell(0, 0); got != "2" || first.Cell(0, 0) != "1" {
		t.Errorf("Table(t) after an update has %q, and the one before it %q; want 2 and 1", got, first.Cell(0, 0))
	}
	if _, err := s.DeleteLookupTable(ctx, &cloudwatchlogs.DeleteLookupTableInput{LookupTableArn: at}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Table(ctx, "t"); !refuse.IsMissing(err) {
		t.Errorf("Table(t) after it was deleted = %v, want that there is none", err)
	}
	if err := create(s, "t", "id\n3\n"); err != nil {
		t.Fatal(err)
	}
	if got := table().Cell(0, 0); got != "3" {
		t.Errorf("Table(t) after it was made again has %q, want 3", got)
	}
}

// TestReplacedPieces checks that a table leaves nothing behind.
func TestReplacedPieces(t *testing.T) {
	s := newService(Limits{})
	if err := create(s, "t", "id\n1\n"); err != nil {
		t.Fatal(err)
	}
	before, _, err := s.tables.Get(ctx, "t")
	if err != nil {
		t.Fatal(err)
	}
	at := aws.String(arnPrefix + "t")
	if _, err := s.UpdateLookupTable(ctx, &cloudwatchlogs.UpdateLookupTableInput{LookupTableArn: at, TableBody: aws.String("id\n2\n")}); err != nil {
		t.Fatal(err)
	}
	after, _, err := s.tables.Get(ctx, "t")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeleteLookupTable(ctx, &cloudwatchlogs.DeleteLookupTableInput{LookupTableArn: at}); err != nil {
		t.Fatal(err)
	}
	for _, body := range []int64{before.Body, after.Body} {
		if n, err := s.opts.Catalog.Count(ctx, catalog.Query{Scope: s.bodyScope(ctx, body)}); n != 0 || err != nil {
			t.Errorf("%d pieces of a body are left, %v", n, err)
		}
	}
}

func TestReadingWhileItIsReplaced(t *testing.T) {
	s := newService(Limits{})
	body := func(c string) string { return "id\n" + strings.Repeat(c+"\n", pieceBytes) }
	if err := create(s, "t", body("0")); err != nil {
		t.Fatal(err)
	}
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range 5 {
			in := &cloudwatchlogs.UpdateLookupTableInput{LookupTableArn: aws.String(arnPrefix + "t"), TableBody: aws.String(body(fmt.Sprint(i)))}
			if _, err := s.UpdateLookupTable(ctx, in); err != nil {
				t.Error(err)
			}
		}
	})
	for range 5 {
		_, text, err := s.read(ctx, "t")
		if err != nil || text != body(text[3:4]) {
			t.Errorf("read while it is replaced = %d bytes, %v, want one version whole", len(text), err)
		}
	}
	writing.Wait()
}

func TestDescribeLookupTables(t *testing.T) {
	s := newService(Limits{})
	for _, name := range []string{"b", "a2", "a1"} {
		if err := create(s, name, "id,x\n1,2\n"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeLookupTablesInput
		want string
	}{
		{"all", cloudwatchlogs.DescribeLookupTablesInput{}, "a1 a2 b"},
		{"one a page", cloudwatchlogs.DescribeLookupTablesInput{MaxResults: 1}, "a1 a2 b"},
		{"a prefix", cloudwatchlogs.DescribeLookupTablesInput{LookupTableNamePrefix: aws.String("a")}, "a1 a2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen []string
			for in := tt.in; ; {
				out, err := s.DescribeLookupTables(ctx, &in)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range out.LookupTables {
					seen = append(seen, *l.LookupTableName)
					if *l.RecordsCount != 1 || *l.SizeBytes != 9 || strings.Join(l.TableFields, " ") != "id x" {
						t.Errorf("table %+v, want 1 record, 9 bytes, id and x", l)
					}
				}
				if in.NextToken = out.NextToken; in.NextToken == nil {
					break
				}
			}
			if got := strings.Join(seen, " "); got != tt.want {
				t.Errorf("DescribeLookupTables = %s, want %s", got, tt.want)
			}
		})
	}
	_, err := s.DescribeLookupTables(ctx, &cloudwatchlogs.DescribeLookupTablesInput{NextToken: aws.String("x")})
	if want := "InvalidParameterException: The specified nextToken is invalid."; servicetest.ErrorText(err) != want {
		t.Errorf("DescribeLookupTables of no token = %s, want %s", servicetest.ErrorText(err), want)
	}
}

func TestTag(t *testing.T) {
	s := newService(Limits{})
	if err := create(s, "t", "id"); err != nil {
		t.Fatal(err)
	}
	set := func(map[string]string) (map[string]string, error) { return map[string]string{"a": "1"}, nil }
	if tags, mine, err := s.Tag(ctx, arnPrefix+"t", set); tags["a"] != "1" || !mine || err != nil {
		t.Errorf("Tag = %v, %t, %v, want the tags that were set", tags, mine, err)
	}
	if tags, mine, err := s.Tag(ctx, arnPrefix+"t", nil); tags["a"] != "1" || !mine || err != nil {
		t.Errorf("Tag without a change = %v, %t, %v, want the tags as they are", tags, mine, err)
	}
	refuse := func(map[string]string) (map[string]string, error) { return nil, errors.New("no") }
	if _, mine, err := s.Tag(ctx, arnPrefix+"t", refuse); !mine || err == nil || err.Error() != "no" {
		t.Errorf("Tag with a change that is refused = %t, %v, want why", mine, err)
	}
	if _, mine, err := s.Tag(ctx, arnPrefix+"x", set); !mine || servicetest.ErrorText(err) != "ResourceNotFoundException: "+textMissing {
		t.Errorf("Tag of no table = %t, %v, want that it is missing", mine, err)
	}
	if _, mine, err := s.Tag(ctx, "arn:aws:logs:eu-central-1:111122223333:log-group:t", set); mine || err != nil {
		t.Errorf("Tag of a group = %t, %v, want that it is another's", mine, err)
	}
}
