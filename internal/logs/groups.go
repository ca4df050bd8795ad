package logs

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// classes are those a group can be created in. AWS's newest, ESSENTIALS, is not among them.
var classes = []types.LogGroupClass{types.LogGroupClassStandard, types.LogGroupClassInfrequentAccess, types.LogGroupClassDelivery}

// CreateLogGroup makes an empty group.
func (s *Service) CreateLogGroup(ctx context.Context, in *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error) {
	g, err := s.newGroup(ctx, in)
	if err != nil {
		return nil, err
	}
	if _, err := s.group(ctx, g.Name); !refuse.IsMissing(err) { // whoever makes its group at every start is told so even if no more fit
		if err == nil {
			err = refuse.Exists(textGroupExists)
		}
		return nil, err
	}
	if err := s.quota.take(ctx, s, g.tenant); err != nil {
		return nil, err
	}
	if err := s.storeGroup(ctx, g); err != nil {
		s.quota.give(g.tenant)
		return nil, err
	}
	return &cloudwatchlogs.CreateLogGroupOutput{}, nil
}

// newGroup returns the group that in asks for, without a partition.
func (s *Service) newGroup(ctx context.Context, in *cloudwatchlogs.CreateLogGroupInput) (*Group, error) {
	g := &Group{tenant: tenantOf(ctx), Name: aws.ToString(in.LogGroupName)}
	g.Created, g.Class, g.KMSKey = s.now(), in.LogGroupClass, aws.ToString(in.KmsKeyId)
	g.Protected, g.Tags = aws.ToBool(in.DeletionProtectionEnabled), in.Tags
	if g.Class == "" {
		g.Class = types.LogGroupClassStandard
	}
	if err := checkNewGroupName(g.Name); err != nil {
		return nil, err
	}
	if !slices.Contains(classes, g.Class) {
		return nil, refuse.Constraint(string(g.Class), "logGroupClass", "Member must satisfy enum value set: [INFREQUENT_ACCESS, STANDARD, DELIVERY]")
	}
	if g.Class == types.LogGroupClassDelivery {
		g.RetentionDays = deliveryRetention
	}
	if in.KmsKeyId != nil {
		if err := checkKey(g.KMSKey, g.Name); err != nil {
			return nil, err
		}
	}
	return g, s.checkTags(nil, in.Tags)
}

// storeGroup gives g a partition and makes it, unless its name is taken.
func (s *Service) storeGroup(ctx context.Context, g *Group) error {
	n, err := s.catalog.NextNumber(ctx, PartitionSequence)
	if err != nil {
		return refuse.Internal("number log group", err)
	}
	g.Partition = table.Partition(n)
	e, err := g.entry()
	if err != nil {
		return err
	}
	_, err = s.catalog.Write(ctx, catalog.Put(e, catalog.Absent))
	s.groups.Forget(e.Key)
	if fault.Is(err, fault.Exists) {
		return refuse.Exists(textGroupExists)
	}
	s.names.add(g.tenant, g.Name) // after an error too: whether a write was done is not always known
	return wrapped("create log group", err)
}

// DeleteLogGroup removes a group with its events, streams and filters: at once for every caller. What is left of it goes when Run
// sweeps.
func (s *Service) DeleteLogGroup(ctx context.Context, in *cloudwatchlogs.DeleteLogGroupInput) (*cloudwatchlogs.DeleteLogGroupOutput, error) {
	key := tenantOf(ctx).scope(groupKind).Key(aws.ToString(in.LogGroupName))
	for range conflictTries {
		g, err := s.readGroup(ctx, key)
		if err != nil {
			return nil, err
		}
		if g.Protected {
			return nil, refuse.Validation(textProtected, g.Name)
		}
		gone := catalog.Entry{Key: g.scope(goneGroupKind).Key(decimal(int64(g.Partition)))}
		changes := []catalog.Change{catalog.Delete(key, g.version), catalog.Put(gone, catalog.Any)}
		for _, kind := range s.opts.Named {
			changes = append(changes, catalog.Delete(g.scope(kind).Key(g.Name), catalog.Any))
		}
		_, err = s.catalog.Write(ctx, changes...)
		s.groups.Forget(key)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, refuse.Internal("delete log group", err)
		}
		s.quota.give(g.tenant)
		s.names.remove(ctx, s.catalog, g.tenant, g.Name)
		s.sweepSoon()
		s.told(ctx, wrapped("drop events of deleted log group", s.events.Drop(ctx, g.Partition))) // the sweep does it again
		return &cloudwatchlogs.DeleteLogGroupOutput{}, nil
	}
	return nil, refuse.Aborted()
}

// textProtected is ours: AWS's is not known [R]; its code is.
const textProtected = "The log group %s has deletion protection enabled. Disable deletion protection before you delete it."

// DescribeLogGroups lists groups by name.
func (s *Service) DescribeLogGroups(ctx context.Context, in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	if in.LogGroupNamePrefix != nil && in.LogGroupNamePattern != nil {
		return nil, refuse.InvalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	if in.LogGroupIdentifiers != nil {
		return s.describeIdentified(ctx, in)
	}
	t := tenantOf(ctx)
	if !t.asked(in.AccountIdentifiers, in.IncludeLinkedAccounts) {
		return &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: []types.LogGroup{}}, nil
	}
	prefix, pattern := aws.ToString(in.LogGroupNamePrefix), aws.ToString(in.LogGroupNamePattern)
	l := t.listOf("DescribeLogGroups", prefix, pattern, string(in.LogGroupClass))
	q := groupQuery{prefix: prefix, class: in.LogGroupClass}
	if pattern != "" {
		q.named = func(name string) bool { return strings.Contains(name, pattern) }
	}
	groups, next, err := s.listGroups(ctx, l, in.NextToken, q, limit)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: []types.LogGroup{}, NextToken: next}
	for _, g := range groups {
		d, err := s.described(ctx, g)
		if err != nil {
			return nil, err
		}
		out.LogGroups = append(out.LogGroups, d)
	}
	return out, nil
}

// textOnlyIdentifiers is ours: AWS's is not known [R].
const textOnlyIdentifiers = "LogGroup identifiers cannot be used with account identifiers, LogGroup name prefix, LogGroup name pattern or LogGroup class."

// describeIdentified describes the groups of logGroupIdentifiers, by name; it leaves out what there is not. Of other filters only
// includeLinkedAccounts may be given; no other account is linked.
func (s *Service) describeIdentified(ctx context.Context, in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	if len(in.AccountIdentifiers) > 0 || in.LogGroupNamePrefix != nil || in.LogGroupNamePattern != nil || in.LogGroupClass != "" {
		return nil, refuse.InvalidParameter(textOnlyIdentifiers)
	}
	out := &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: []types.LogGroup{}}
	described := map[string]bool{}
	for _, id := range in.LogGroupIdentifiers {
		g, err := s.groupIdentified(ctx, id)
		if refuse.IsMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if described[g.Name] {
			continue
		}
		described[g.Name] = true
		d, err := s.described(ctx, g)
		if err != nil {
			return nil, err
		}
		out.LogGroups = append(out.LogGroups, d)
	}
	slices.SortFunc(out.LogGroups, func(a, b types.LogGroup) int { return strings.Compare(*a.LogGroupName, *b.LogGroupName) })
	return out, nil
}

// described returns g as DescribeLogGroups has it. storedBytes is what is stored now; AWS's is a day old.
func (s *Service) described(ctx context.Context, g *Group) (types.LogGroup, error) {
	size, err := s.events.Size(ctx, g.Partition)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return types.LogGroup{}, refuse.Internal("measure log group", err)
	}
	d := types.LogGroup{
		Arn:                       aws.String(g.ARN() + ":*"),
		LogGroupArn:               aws.String(g.ARN()),
		LogGroupName:              aws.String(g.Name),
		LogGroupClass:             g.Class,
		CreationTime:              aws.Int64(g.Created),
		MetricFilterCount:         aws.Int32(int32(g.MetricFilters)),
		StoredBytes:               aws.Int64(size.Bytes),
		DeletionProtectionEnabled: aws.Bool(g.Protected),

		BearerTokenAuthenticationEnabled: aws.Bool(g.BearerTokens),
	}
	if g.RetentionDays != 0 {
		d.RetentionInDays = aws.Int32(g.RetentionDays)
	}
	if g.KMSKey != "" {
		d.KmsKeyId = aws.String(g.KMSKey)
	}
	return d, s.describeProtection(ctx, g, &d)
}

// describeProtection puts into d what policies do for g.
func (s *Service) describeProtection(ctx context.Context, g *Group, d *types.LogGroup) error {
	if s.opts.Policies == nil {
		return nil
	}
	status, inherited, err := s.opts.Policies.Protection(ctx, g)
	d.DataProtectionStatus = status
	if inherited {
		d.InheritedProperties = []types.InheritedProperty{types.InheritedPropertyAccountDataProtection}
	}
	return err
}

// A groupQuery says which groups a list is about. A nil function wants all.
type groupQuery struct {
	prefix string
	class  types.LogGroupClass // "" for all
	named  func(name string) bool
	wanted func(g *Group) (bool, error)
}

func (q groupQuery) wants(g *Group) (bool, error) {
	if q.wanted == nil {
		return true, nil
	}
	return q.wanted(g)
}

// maxNamed is of how many groups whose names fit a list is made one by one. Of more, a list that reads all groups soon finds enough.
const maxNamed = 1000

// listGroups returns the next page of l: up to limit of q's groups, and the token of the page after it.
func (s *Service) listGroups(ctx context.Context, l list, token *string, q groupQuery, limit int) ([]*Group, *string, error) {
	if q.named != nil {
		place, err := s.place(l, token)
		if err != nil {
			return nil, nil, err
		}
		names, all, err := s.names.match(ctx, s.catalog, l.tenant, place.Name, maxNamed, q.named)
		if err != nil {
			return nil, nil, err
		}
		if all {
			return s.listNamed(ctx, l, names, q, limit)
		}
	}
	in := catalog.Query{Scope: l.scope(groupKind), Prefix: q.prefix, Terms: catalog.Terms{string(q.class)}}
	return listed(ctx, s, l, token, in, limit, func(e catalog.Entry) (*Group, bool, error) {
		if q.named != nil && !q.named(e.Name) {
			return nil, false, nil
		}
		g, err := groupOf(e)
		if err != nil {
			return nil, false, err
		}
		ok, err := q.wants(g)
		return g, ok, err
	})
}

// listNamed is listGroups for groups of these names.
func (s *Service) listNamed(ctx context.Context, l list, names []string, q groupQuery, limit int) ([]*Group, *string, error) {
	groups := []*Group{}
	for i, name := range names {
		g, err := s.group(ctx, name)
		if refuse.IsMissing(err) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if q.class != "" && g.Class != q.class {
			continue
		}
		if ok, err := q.wants(g); err != nil {
			return nil, nil, err
		} else if !ok {
			continue
		}
		groups = append(groups, g)
		if len(groups) == limit && i+1 < len(names) {
			return groups, s.next(l, catalog.Cursor{Name: name}), nil
		}
	}
	return groups, nil, nil
}

// asked tells whether a list is about t's own account: no other account's resources are ever shown.
func (t tenant) asked(accounts []string, linked *bool) bool {
	return !aws.ToBool(linked) || len(accounts) == 0 || slices.Contains(accounts, t.account)
}

// PutLogGroupDeletionProtection sets whether a group can be deleted.
func (s *Service) PutLogGroupDeletionProtection(ctx context.Context, in *cloudwatchlogs.PutLogGroupDeletionProtectionInput) (*cloudwatchlogs.PutLogGroupDeletionProtectionOutput, error) {
	name, err := tenantOf(ctx).groupName(aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutLogGroupDeletionProtectionOutput{}, s.changeGroup(ctx, name, func(g *Group) ([]catalog.Change, error) {
		g.Protected = aws.ToBool(in.DeletionProtectionEnabled)
		return nil, nil
	})
}
