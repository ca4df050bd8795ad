package logs

import (
	"context"
	"strings"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// maxName is how many characters the names of groups, streams and filters have at most.
const maxName = 512

// A tenant is whose resources a request is about: an account in a region. Nothing is ever shared between two.
type tenant struct{ account, region string }

func tenantOf(ctx context.Context) tenant {
	c := caller.From(ctx)
	return tenant{c.Account, c.Region}
}

// scope returns where t's resources of a kind are.
func (t tenant) scope(kind catalog.Kind) catalog.Scope {
	return catalog.Scope{Account: t.account, Region: t.region, Kind: kind}
}

// under returns where the resources of a kind are that belong to one incarnation of a log group.
func (t tenant) under(kind catalog.Kind, g *Group) catalog.Scope {
	s := t.scope(kind)
	s.Parent = int64(g.Partition)
	return s
}

// arn returns the ARN of t's resource.
func (t tenant) arn(resource string) string {
	return arn.ARN{Partition: arn.Partition(t.region), Service: "logs", Region: t.region, Account: t.account, Resource: resource}.String()
}

// groupARN returns a group's ARN without ":*", which is AWS's logGroupArn and what tags go by.
func (t tenant) groupARN(name string) string { return t.arn(groupResource + name) }

// streamARN returns a stream's ARN.
func (t tenant) streamARN(group, stream string) string {
	return t.arn(groupResource + group + ":log-stream:" + stream)
}

// groupResource is what the resources of groups begin with in ARNs.
const groupResource = "log-group:"

// ownResource returns what follows prefix in the resource of an ARN of t's; false for any other text.
func (t tenant) ownResource(text, prefix string) (string, bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "logs" || a.Region != t.region || a.Account != t.account {
		return "", false
	}
	return strings.CutPrefix(a.Resource, prefix)
}

// groupName returns the name of the group that an identifier names: a name, or t's ARN of it, bare or with ":" (Grafana) or ":*"
// (DescribeLogGroups' arn) at the end. Whoever names another tenant's group is told that there is none.
func (t tenant) groupName(identifier string) (string, error) {
	if !arn.Is(identifier) {
		return identifier, nil
	}
	name, ok := t.ownResource(identifier, groupResource)
	if !ok {
		return "", refuse.NotFound(textGroupMissing)
	}
	return strings.TrimSuffix(strings.TrimSuffix(name, "*"), ":"), nil
}

// isGroupName tells whether text has only the characters of a group's name. It does not look at the length.
func isGroupName(text string) bool {
	for _, c := range []byte(text) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("._/#-", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// checkNewGroupName refuses what no new group may be called.
func checkNewGroupName(name string) error {
	switch {
	case name == "":
		return refuse.Constraint(name, "logGroupName", "Member must have length greater than or equal to 1")
	case len(name) > maxName:
		return refuse.InvalidParameter(textNameLength)
	case !isGroupName(name):
		return refuse.Constraint(name, "logGroupName", `Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`)
	case len(name) >= 4 && strings.EqualFold(name[:4], "aws/"):
		return refuse.InvalidParameter("Log groups starting with AWS/ are reserved for AWS.")
	}
	return nil
}

// textNameLength was recorded for groups.
const textNameLength = "Invalid LogGroup or LogStream, both must have length less than or equal to 512."

// checkNewStreamName refuses what no new stream may be called.
func checkNewStreamName(name string) error {
	switch {
	case name == "":
		return refuse.Constraint(name, "logStreamName", "Member must have length greater than or equal to 1")
	case checkLength(name, "logStreamName", maxName) != nil:
		return refuse.InvalidParameter(textNameLength)
	case strings.ContainsAny(name, ":*"):
		return refuse.Constraint(name, "logStreamName", `Member must satisfy regular expression pattern: [^:*]*`)
	}
	return nil
}
