package livetail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A choice is which events of its groups a session wants.
type choice struct {
	streams  []string               // names, sorted; nil: all
	prefixes []string               // of names; nil: all
	pattern  *filterpattern.Pattern // nil: all
}

// wantsStream tells whether any event of a stream can be wanted.
func (c *choice) wantsStream(name string) bool {
	if c.streams != nil {
		_, found := slices.BinarySearch(c.streams, name)
		return found
	}
	return c.prefixes == nil || slices.ContainsFunc(c.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

func (c *choice) wants(message string) bool {
	return c.pattern == nil || c.pattern.MatchString(message)
}

// newChoice reads which events a request wants. How long lists and texts may be, the gateway has checked by AWS's model. A stream need not
// exist: it may be made while the session lasts [R].
func newChoice(in *cloudwatchlogs.StartLiveTailInput) (choice, error) {
	var c choice
	switch {
	case len(in.LogStreamNames) > 0 && len(in.LogStreamNamePrefixes) > 0:
		return c, refuse.InvalidParameter(textBothStreams)
	case len(in.LogStreamNames)+len(in.LogStreamNamePrefixes) > 0 && len(in.LogGroupIdentifiers) != 1:
		return c, refuse.InvalidParameter(textStreamsOfOneGroup)
	case len(in.LogStreamNames) > 0:
		c.streams = slices.Sorted(slices.Values(in.LogStreamNames))
	case len(in.LogStreamNamePrefixes) > 0:
		c.prefixes = slices.Clone(in.LogStreamNamePrefixes)
	}
	var err error
	c.pattern, err = parsePattern(aws.ToString(in.LogEventFilterPattern))
	return c, err
}

// parsePattern reads a filter pattern; nil, which stands for all events, if it is empty. What FilterLogEvents says of a wrong one is said
// here too [R].
func parsePattern(text string) (*filterpattern.Pattern, error) {
	if text == "" {
		return nil, nil
	}
	p, err := filterpattern.Parse(text)
	if e, ok := errors.AsType[*filterpattern.Error](err); ok {
		return nil, refuse.InvalidParameter("Invalid filter pattern: %v", e)
	}
	return p, err
}

// find returns the groups that ARNs name, each once.
func (s *Service) find(ctx context.Context, identifiers []string) ([]Group, error) {
	var groups []Group
	for _, id := range identifiers {
		if err := checkIdentifier(id); err != nil {
			return nil, err
		}
		g, class, err := s.opts.Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if class != types.LogGroupClassStandard && class != "" {
			return nil, refuse.WrongClass(g.Name, class, "StartLiveTail")
		}
		if !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// checkIdentifier refuses what does not name a group as AWS demands here: by its ARN, which must not end with an asterisk
// (StartLiveTail in the API reference). [R] The codes are ours; other operations take a name too.
func checkIdentifier(id string) error {
	switch {
	case !arn.Is(id):
		return refuse.InvalidParameter("LogGroupIdentifier %s is not an ARN. Specify each log group by its ARN.", id)
	case strings.HasSuffix(id, "*"):
		return refuse.InvalidParameter("LogGroupIdentifier %s is not valid. The ARN can't end with an asterisk (*).", id)
	}
	return nil
}

// identifier returns how events name their group: "the name or ARN" (LiveTailSessionLogEvent in the API reference). [R] We have the form
// that Insights has in @log, 123456789012:name.
func (g Group) identifier() string { return g.Account + ":" + g.Name }

// newID returns a random UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make session id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
