package policies

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// An indexPolicy is what the catalog keeps of the field index policy of a group. It is stored and shown: the engine indexes all fields.
type indexPolicy struct {
	Name     string       `json:"name"`               // in the catalog
	Document string       `json:"document,omitempty"` // "" after it was deleted
	Updated  int64        `json:"updated"`            // ms
	Fields   []indexField `json:"fields"`             // of all policies that the group had
}

// An indexField is a field that is indexed, or was.
type indexField struct {
	Name   string          `json:"name"`
	Type   types.IndexType `json:"type"`
	Active bool            `json:"active"`
	Since  int64           `json:"since,omitempty"` // ms: when it became active
}

// AWS's limits of field index policies (PutIndexPolicy in the API reference).
const (
	maxIndexed   = 20  // fields
	maxIndexName = 100 // characters
)

// parseIndex reads a field index policy.
func parseIndex(document string) ([]indexField, error) {
	var doc struct {
		Fields   []string
		FieldsV2 map[string]struct {
			Type types.IndexType `json:"type"`
		}
	}
	if err := strict("field index policy", document, &doc); err != nil {
		return nil, err
	}
	var fields []indexField
	for _, name := range doc.Fields {
		fields = append(fields, indexField{Name: name, Type: types.IndexTypeFieldIndex, Active: true})
	}
	for _, name := range slices.Sorted(maps.Keys(doc.FieldsV2)) {
		f := indexField{Name: name, Type: doc.FieldsV2[name].Type, Active: true}
		if !slices.Contains(f.Type.Values(), f.Type) {
			return nil, refuse.InvalidParameter("The field index policy is invalid: the type of %s is %q, want FIELD_INDEX or FACET.", name, f.Type)
		}
		fields = append(fields, f)
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if f.Name == "" || utf8.RuneCountInString(f.Name) > maxIndexName {
			return nil, refuse.InvalidParameter("The field index policy is invalid: the name of a field must have 1 to %d characters.", maxIndexName)
		}
		if seen[f.Name] {
			return nil, refuse.InvalidParameter("The field index policy is invalid: the field %s is there twice.", f.Name)
		}
		seen[f.Name] = true
	}
	if n := len(fields); n < 1 || n > maxIndexed {
		return nil, refuse.InvalidParameter("The field index policy is invalid: it has %d fields, want 1 to %d.", n, maxIndexed)
	}
	return fields, nil
}

// indexable tells whether groups of g's class can have field indexes.
func (g Group) indexable() bool { return g.Class == types.LogGroupClassStandard || g.Class == "" }

// indexed returns the group of a request about field indexes.
func (s *Service) indexed(ctx context.Context, identifier *string) (Group, error) {
	g, err := s.opts.Find(ctx, aws.ToString(identifier))
	if err == nil && !g.indexable() {
		err = refuse.InvalidParameter("Field index policies are supported only for log groups of the Standard log class.")
	}
	return g, err
}

// replace makes fields those that are indexed from now on, in ms, but for those that were already.
func (p *indexPolicy) replace(fields []indexField, now int64) {
	old := p.Fields
	p.Fields = slices.Clone(fields)
	for i := range p.Fields {
		p.Fields[i].Since = now
		if at := slices.IndexFunc(old, func(o indexField) bool { return o.Active && o.Name == p.Fields[i].Name }); at >= 0 {
			p.Fields[i].Since = old[at].Since
		}
	}
	for _, f := range old {
		if f.Active = false; !slices.ContainsFunc(fields, func(n indexField) bool { return n.Name == f.Name }) {
			p.Fields = append(p.Fields, f)
		}
	}
	p.Fields = p.Fields[:min(len(p.Fields), maxSpans*maxIndexed)] // so that a document stays small
}

// PutIndexPolicy makes or replaces the field index policy of a group.
func (s *Service) PutIndexPolicy(ctx context.Context, in *cloudwatchlogs.PutIndexPolicyInput) (*cloudwatchlogs.PutIndexPolicyOutput, error) {
	g, err := s.indexed(ctx, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	fields, err := parseIndex(aws.ToString(in.PolicyDocument))
	if err != nil {
		return nil, err
	}
	var p indexPolicy
	err = change(ctx, s, s.kinds.indexes, g.name(), func(doc *indexPolicy, _ bool) error {
		doc.Name, doc.Document, doc.Updated = g.name(), *in.PolicyDocument, s.now()
		doc.replace(fields, doc.Updated)
		p = *doc
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutIndexPolicyOutput{IndexPolicy: p.described(g)}, nil
}

func (p indexPolicy) described(g Group) *types.IndexPolicy {
	return &types.IndexPolicy{LogGroupIdentifier: aws.String(g.ARN()), PolicyDocument: &p.Document, LastUpdateTime: &p.Updated, Source: types.IndexSourceLogGroup}
}

// DeleteIndexPolicy deletes the field index policy of a group.
func (s *Service) DeleteIndexPolicy(ctx context.Context, in *cloudwatchlogs.DeleteIndexPolicyInput) (*cloudwatchlogs.DeleteIndexPolicyOutput, error) {
	g, err := s.indexed(ctx, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.DeleteIndexPolicyOutput{}, change(ctx, s, s.kinds.indexes, g.name(), func(doc *indexPolicy, _ bool) error {
		if doc.Document == "" {
			return refuse.NotFound("The specified log group does not have a field index policy.") // ours [R]
		}
		doc.Document, doc.Updated = "", s.now()
		doc.replace(nil, doc.Updated)
		return nil
	})
}

// indexOf returns the policy that a group's fields are indexed by: its own, or the account's that covers it; nil if there is none.
func (s *Service) indexOf(ctx context.Context, g Group) (*types.IndexPolicy, error) {
	own, _, err := get(ctx, s.kinds.indexes, g.name())
	if err != nil {
		return nil, err
	}
	if own.Document != "" {
		return own.described(g), nil
	}
	for p, err := range s.kinds.account.All(ctx, accountKey(types.PolicyTypeFieldIndexPolicy, "")) {
		if err != nil {
			return nil, err
		}
		if c, err := parseCriteria(p.Criteria, "LogGroupNamePrefix IN"); err == nil && c.covers(g.Name) {
			return &types.IndexPolicy{
				LogGroupIdentifier: aws.String(g.ARN()), PolicyName: &p.Name, PolicyDocument: &p.Document, LastUpdateTime: &p.Updated, Source: types.IndexSourceAccount,
			}, nil
		}
	}
	return nil, nil
}

// eachIndexed calls f with the groups of a request, each once.
func (s *Service) eachIndexed(ctx context.Context, identifiers []string, f func(g Group, p *types.IndexPolicy) error) error {
	seen := map[int64]bool{}
	for _, id := range identifiers {
		g, err := s.indexed(ctx, &id)
		if err != nil {
			return err
		}
		p, err := s.indexOf(ctx, g)
		if err != nil {
			return err
		}
		if !seen[g.Partition] {
			if err := f(g, p); err != nil {
				return err
			}
		}
		seen[g.Partition] = true
	}
	return nil
}

// DescribeIndexPolicies returns the policies of groups: their own, or those of the account that cover them. All fit into one page, as a
// request names at most 100 groups.
func (s *Service) DescribeIndexPolicies(ctx context.Context, in *cloudwatchlogs.DescribeIndexPoliciesInput) (*cloudwatchlogs.DescribeIndexPoliciesOutput, error) {
	if in.NextToken != nil {
		return nil, refuse.BadToken()
	}
	out := &cloudwatchlogs.DescribeIndexPoliciesOutput{IndexPolicies: []types.IndexPolicy{}}
	return out, s.eachIndexed(ctx, in.LogGroupIdentifiers, func(_ Group, p *types.IndexPolicy) error {
		if p != nil {
			out.IndexPolicies = append(out.IndexPolicies, *p)
		}
		return nil
	})
}

// defaultIndexes are the fields that AWS indexes in every group of the standard class (PutAccountPolicy in the API reference).
var defaultIndexes = []string{
	"@logStream", "@aws.region", "@aws.account", "@source.log", "@data_source_name", "@data_source_type", "@data_format", "traceId",
	"severityText", "attributes.session.id",
}

// A SoughtField is a field of which events are looked for that were stored from a time on, in ms.
type SoughtField struct {
	Name  string
	Since int64
}

// FieldTimes say which events have a field, in ms.
type FieldTimes struct {
	Found       bool // there are some
	First, Last int64
}

// DescribeFieldIndexes returns the fields of groups that are indexed, with the times of their events: those that were stored since the field is
// indexed. What is stored is looked at at once, so that the last scan is when the newest event was stored.
func (s *Service) DescribeFieldIndexes(ctx context.Context, in *cloudwatchlogs.DescribeFieldIndexesInput) (*cloudwatchlogs.DescribeFieldIndexesOutput, error) {
	if in.NextToken != nil {
		return nil, refuse.BadToken()
	}
	out := &cloudwatchlogs.DescribeFieldIndexesOutput{FieldIndexes: []types.FieldIndex{}}
	return out, s.eachIndexed(ctx, in.LogGroupIdentifiers, func(g Group, p *types.IndexPolicy) error {
		fields, err := s.fieldsOf(ctx, g, p)
		if err != nil {
			return err
		}
		if len(in.IndexCategories) > 0 {
			fields = slices.DeleteFunc(fields, func(f listedField) bool { return !slices.Contains(in.IndexCategories, f.category) })
		}
		found, err := s.described(ctx, g, fields)
		out.FieldIndexes = append(out.FieldIndexes, found...)
		return err
	})
}

// A listedField is a field of a group that is indexed, or was.
type listedField struct {
	indexField
	category types.IndexCategory
}

// fieldsOf returns the fields of a group that are indexed, or were, with the policy that covers it; nil if there is none.
func (s *Service) fieldsOf(ctx context.Context, g Group, p *types.IndexPolicy) ([]listedField, error) {
	var all []listedField
	for _, name := range defaultIndexes {
		all = append(all, listedField{indexField{Name: name, Type: types.IndexTypeFieldIndex, Active: true}, types.IndexCategoryDefault})
	}
	own, _, err := get(ctx, s.kinds.indexes, g.name())
	if err != nil {
		return nil, err
	}
	var fields []indexField
	if p != nil {
		if fields, err = parseIndex(*p.PolicyDocument); err != nil {
			return nil, err
		}
	}
	for _, f := range fields {
		f.Since = *p.LastUpdateTime // of the account's policy it is not known which fields it had before
		if at := slices.IndexFunc(own.Fields, func(o indexField) bool { return o.Active && o.Name == f.Name }); at >= 0 && p.Source == types.IndexSourceLogGroup {
			f.Since = own.Fields[at].Since
		}
		all = append(all, listedField{f, types.IndexCategoryCustom})
	}
	for _, f := range own.Fields {
		if !f.Active && !slices.ContainsFunc(fields, func(n indexField) bool { return n.Name == f.Name }) {
			all = append(all, listedField{f, types.IndexCategoryInactive})
		}
	}
	return all, nil
}

// described returns fields of a group as the API has them.
func (s *Service) described(ctx context.Context, g Group, fields []listedField) ([]types.FieldIndex, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	var sought []SoughtField
	for _, f := range fields {
		sought = append(sought, SoughtField{f.Name, f.Since})
	}
	times, stored, err := s.opts.FieldTimes(ctx, g, sought)
	if err != nil {
		return nil, err
	}
	var all []types.FieldIndex
	for i, f := range fields {
		x := types.FieldIndex{LogGroupIdentifier: aws.String(g.ARN()), FieldIndexName: &f.Name, Type: f.Type, IndexCategory: f.category}
		if f.Active && stored > 0 {
			x.LastScanTime = &stored
		}
		if t := times[i]; t.Found {
			x.FirstEventTime, x.LastEventTime = &t.First, &t.Last
		}
		all = append(all, x)
	}
	return all, nil
}

// An indexing is which fields are indexed in an account and region, kept because a query or a list may ask it about thousands of groups. It
// is not changed: whoever writes a policy drops it.
type indexing struct {
	groups  map[string][]string // of groups with a policy of their own, by their name in the catalog
	account []accountIndexing
}

// An accountIndexing is a policy of the account.
type accountIndexing struct {
	criteria criteria
	fields   []string
}

func (s *Service) indexing(ctx context.Context) (*indexing, error) {
	return kept(ctx, s, tenantOf(ctx), s.mu.indexings, func(ctx context.Context) (*indexing, error) {
		all := &indexing{groups: map[string][]string{}}
		for p, err := range s.kinds.indexes.All(ctx, "") {
			if err != nil {
				return nil, err
			}
			if p.Document == "" {
				continue
			}
			for _, f := range p.Fields {
				if f.Active {
					all.groups[p.Name] = append(all.groups[p.Name], f.Name)
				}
			}
		}
		for p, err := range s.kinds.account.All(ctx, accountKey(types.PolicyTypeFieldIndexPolicy, "")) {
			if err != nil {
				return nil, err
			}
			a := accountIndexing{}
			fields, err := parseIndex(p.Document)
			if err == nil {
				a.criteria, err = parseCriteria(p.Criteria, "LogGroupNamePrefix IN")
			}
			if err != nil {
				continue // an earlier version took it
			}
			for _, f := range fields {
				a.fields = append(a.fields, f.Name)
			}
			all.account = append(all.account, a)
		}
		return all, nil
	})
}

// Indexed returns the fields of g that are indexed: none, if its class has no indexes.
func (s *Service) Indexed(ctx context.Context, g Group) ([]string, error) {
	if !g.indexable() {
		return nil, nil
	}
	all, err := s.indexing(ctx)
	if err != nil {
		return nil, err
	}
	fields, own := all.groups[g.name()]
	if !own {
		if i := slices.IndexFunc(all.account, func(a accountIndexing) bool { return a.criteria.covers(g.Name) }); i >= 0 {
			fields = all.account[i].fields
		}
	}
	return slices.Concat(defaultIndexes, fields), nil
}

// checkIndex checks a field index policy of the account.
func checkIndex(s *Service, ctx context.Context, p accountPolicy) error {
	if strings.Contains(p.Criteria, "DataSource") {
		return refuse.InvalidParameter("Invalid selectionCriteria: this server has no data sources.")
	}
	if _, err := parseIndex(p.Document); err != nil {
		return err
	}
	return s.checkOverlap(ctx, p, "LogGroupNamePrefix IN")
}
