package savedqueries

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func newService(limit int) *Service {
	return New(Options{Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now, Random: rand.Reader, Limit: limit})
}

// put saves a query of that name.
func put(s *Service, name string, change func(in *cloudwatchlogs.PutQueryDefinitionInput)) (string, error) {
	in := cloudwatchlogs.PutQueryDefinitionInput{Name: &name, QueryString: aws.String("fields {{p}}, {{q}}")}
	if change != nil {
		change(&in)
	}
	out, err := s.PutQueryDefinition(servicetest.As(servicetest.Account), &in)
	if err != nil {
		return "", err
	}
	return *out.QueryDefinitionId, nil
}

func parameters(names ...string) []types.QueryParameter {
	var all []types.QueryParameter
	for _, name := range names {
		all = append(all, types.QueryParameter{Name: &name})
	}
	return all
}

// must returns v, or fails the test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestPutQueryDefinition(t *testing.T) {
	s := newService(3)
	id := must(put(s, "b", nil))
	if len(id) != 36 || strings.Count(id, "-") != 4 || id[14] != '4' {
		t.Errorf("queryDefinitionId = %q, want a UUID of version 4", id)
	}
	token := func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.ClientToken = aws.String(strings.Repeat("t", 36)) }
	a := must(put(s, "a", token))
	must(put(s, "c", nil))
	if again, err := put(s, "a", token); err != nil || again != a {
		t.Errorf("PutQueryDefinition repeated when there is no more room = %q, %v, want %q", again, err, a)
	}
	same := func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.QueryDefinitionId = &id }
	with := func(names ...string) func(in *cloudwatchlogs.PutQueryDefinitionInput) {
		return func(in *cloudwatchlogs.PutQueryDefinitionInput) { same(in); in.Parameters = parameters(names...) }
	}
	for _, tt := range []struct {
		name   string
		change func(in *cloudwatchlogs.PutQueryDefinitionInput)
		want   string
	}{
		{"one too many", nil, "LimitExceededException: Resource limit exceeded."},
		{"a change", same, "<nil>"},
		{"a change of none", func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.QueryDefinitionId = aws.String("x") }, "ResourceNotFoundException: The specified query definition does not exist."},
		{"parameters", with("p", "q"), "<nil>"},
		{"a parameter twice", with("p", "p"), "InvalidParameterException: Duplicate parameter name"},
		{"a parameter that the query lacks", with("p", "r"), "InvalidParameterException: Required parameters not found in queryString"},
		{"too many parameters", with(strings.Split(strings.Repeat("p ", 21), " ")[:21]...), "InvalidParameterException: Parameter count exceeds the maximum of 20"},
		{"parameters of SQL", func(in *cloudwatchlogs.PutQueryDefinitionInput) {
			with("p")(in)
			in.QueryLanguage = types.QueryLanguageSql
		}, "InvalidParameterException: Parameters are only supported for CWLI query language"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := put(s, "x", tt.change); servicetest.ErrorText(err) != tt.want {
				t.Errorf("PutQueryDefinition = %s, want %s", servicetest.ErrorText(err), tt.want)
			}
		})
	}
}

// listed follows a list to its end.
func listed(t *testing.T, s *Service, in cloudwatchlogs.DescribeQueryDefinitionsInput) string {
	t.Helper()
	var seen []string
	for {
		out := must(s.DescribeQueryDefinitions(servicetest.As(servicetest.Account), &in))
		for _, d := range out.QueryDefinitions {
			seen = append(seen, fmt.Sprint(*d.Name, " ", d.QueryLanguage, " ", d.LogGroupNames, " ", len(d.Parameters)))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(seen, "; ")
		}
	}
}

func TestDescribeQueryDefinitions(t *testing.T) {
	s := newService(0)
	b := must(put(s, "b", func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.LogGroupNames = []string{"g"} }))
	must(put(s, "a", func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.QueryLanguage = types.QueryLanguagePpl }))
	must(put(s, "a/b", func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.Parameters = parameters("p") }))
	must(put(s, "B", func(in *cloudwatchlogs.PutQueryDefinitionInput) { in.QueryDefinitionId = &b }))
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeQueryDefinitionsInput
		want string
	}{
		{"all, changed as a whole", cloudwatchlogs.DescribeQueryDefinitionsInput{}, "B CWLI [] 0; a PPL [] 0; a/b CWLI [] 1"},
		{"one a page", cloudwatchlogs.DescribeQueryDefinitionsInput{MaxResults: aws.Int32(1)}, "B CWLI [] 0; a PPL [] 0; a/b CWLI [] 1"},
		{"a prefix", cloudwatchlogs.DescribeQueryDefinitionsInput{QueryDefinitionNamePrefix: aws.String("a/")}, "a/b CWLI [] 1"},
		{"a language", cloudwatchlogs.DescribeQueryDefinitionsInput{QueryLanguage: types.QueryLanguagePpl}, "a PPL [] 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := listed(t, s, tt.in); got != tt.want {
				t.Errorf("DescribeQueryDefinitions = %s, want %s", got, tt.want)
			}
		})
	}
	first := must(s.DescribeQueryDefinitions(servicetest.As(servicetest.Account), &cloudwatchlogs.DescribeQueryDefinitionsInput{MaxResults: aws.Int32(1)}))
	foreign := cloudwatchlogs.DescribeQueryDefinitionsInput{NextToken: first.NextToken}
	want := "InvalidParameterException: The specified nextToken is invalid."
	if _, err := s.DescribeQueryDefinitions(servicetest.As("444455556666"), &foreign); servicetest.ErrorText(err) != want {
		t.Errorf("DescribeQueryDefinitions(another's token) = %s, want %s", servicetest.ErrorText(err), want)
	}
	foreign.QueryDefinitionNamePrefix = aws.String("a")
	if _, err := s.DescribeQueryDefinitions(servicetest.As(servicetest.Account), &foreign); servicetest.ErrorText(err) != want {
		t.Errorf("DescribeQueryDefinitions(another list's token) = %s, want %s", servicetest.ErrorText(err), want)
	}
	if named, err := s.Named(servicetest.As(servicetest.Account), "a"); err != nil || len(named) != 1 || *named[0].Name != "a" {
		t.Errorf("Named(a) = %v, %v, want a alone", named, err)
	}
}

func TestDeleteQueryDefinition(t *testing.T) {
	s := newService(0)
	id := must(put(s, "b", nil))
	in := &cloudwatchlogs.DeleteQueryDefinitionInput{QueryDefinitionId: &id}
	missing := "ResourceNotFoundException: The specified query definition does not exist."
	if _, err := s.DeleteQueryDefinition(servicetest.As("444455556666"), in); servicetest.ErrorText(err) != missing {
		t.Errorf("DeleteQueryDefinition of another account's = %s, want %s", servicetest.ErrorText(err), missing)
	}
	if out, err := s.DeleteQueryDefinition(servicetest.As(servicetest.Account), in); err != nil || !out.Success {
		t.Errorf("DeleteQueryDefinition = %+v, %v, want success", out, err)
	}
	if _, err := s.DeleteQueryDefinition(servicetest.As(servicetest.Account), in); servicetest.ErrorText(err) != missing {
		t.Errorf("DeleteQueryDefinition again = %s, want %s", servicetest.ErrorText(err), missing)
	}
}
