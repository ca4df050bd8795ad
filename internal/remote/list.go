package remote

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// Match tells whether a name fits a glob (*, ?, [a-z]); a * takes slashes too. A pattern without any of them is a name.
func Match(glob, name string) (bool, error) {
	// path.Match keeps * within slashes, which mean nothing in the names of groups.
	hide := strings.NewReplacer("/", "\x00")
	return path.Match(hide.Replace(glob), hide.Replace(name))
}

// errGlob says that a glob is none.
var errGlob = errors.New("want a glob such as /aws/lambda/*: found a [ without its ], or a \\ at the end")

// CheckGlob returns what is wrong with a glob.
func CheckGlob(glob string) error {
	if _, err := Match(glob, ""); err != nil {
		return fmt.Errorf("%q: %w", glob, errGlob)
	}
	return nil
}

// IsGlob tells whether a text is a glob rather than a name.
func IsGlob(text string) bool {
	_, whole := fixed(text)
	return !whole
}

// fixed returns what every name that fits the glob begins with, and whether that is all of it.
func fixed(glob string) (prefix string, whole bool) {
	i := strings.IndexAny(glob, `*?[\`)
	if i < 0 {
		return glob, true
	}
	return glob[:i], false
}

// Begins returns a glob that all names fit which begin with a text.
func Begins(text string) string {
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`).Replace(text) + "*"
}

// Groups yields the groups whose names fit glob, "" for all, by name. It stops after an error.
func (c *Client) Groups(ctx context.Context, glob string) iter.Seq2[types.LogGroup, error] {
	return func(yield func(types.LogGroup, error) bool) {
		if glob == "" {
			glob = "*"
		}
		in := &cloudwatchlogs.DescribeLogGroupsInput{}
		if prefix, _ := fixed(glob); prefix != "" {
			in.LogGroupNamePrefix = aws.String(prefix)
		}
		pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(c.Logs, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(types.LogGroup{}, c.Explain(err))
				return
			}
			for _, g := range page.LogGroups {
				ok, err := Match(glob, aws.ToString(g.LogGroupName))
				if err != nil {
					yield(types.LogGroup{}, err)
					return
				}
				if ok && !yield(g, nil) {
					return
				}
			}
		}
	}
}

// Streams yields the streams of a group whose names fit glob, "" for all: the ones with the newest events first, or by
// name if the glob says how names begin, since the service cannot do both. It stops after an error.
func (c *Client) Streams(ctx context.Context, group, glob string) iter.Seq2[types.LogStream, error] {
	return func(yield func(types.LogStream, error) bool) {
		if glob == "" {
			glob = "*"
		}
		in := &cloudwatchlogs.DescribeLogStreamsInput{LogGroupIdentifier: aws.String(group)}
		if prefix, _ := fixed(glob); prefix != "" {
			in.LogStreamNamePrefix = aws.String(prefix)
		} else {
			in.OrderBy, in.Descending = types.OrderByLastEventTime, aws.Bool(true)
		}
		pages := cloudwatchlogs.NewDescribeLogStreamsPaginator(c.Logs, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(types.LogStream{}, c.Explain(err))
				return
			}
			for _, s := range page.LogStreams {
				ok, err := Match(glob, aws.ToString(s.LogStreamName))
				if err != nil {
					yield(types.LogStream{}, err)
					return
				}
				if ok && !yield(s, nil) {
					return
				}
			}
		}
	}
}
