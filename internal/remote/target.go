package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Target names streams of groups by two globs.
type Target struct {
	Group  string // or an ARN
	Stream string // "" means all
}

// ParseTarget reads GROUP or GROUP:STREAM. The names of groups have no colon; an ARN has six, and may end with :*.
func ParseTarget(text string) (Target, error) {
	t := Target{Group: text}
	if rest, ok := strings.CutPrefix(text, "arn:"); ok {
		parts := strings.SplitN(rest, ":", 7)
		if len(parts) < 6 || parts[4] != "log-group" {
			return t, fmt.Errorf("found %q, want the ARN of a log group: arn:aws:logs:REGION:ACCOUNT:log-group:NAME", text)
		}
		t.Group = "arn:" + strings.Join(parts[:6], ":")
		if len(parts) == 7 && parts[6] != "*" {
			t.Stream = strings.TrimPrefix(parts[6], "log-stream:")
		}
	} else if group, stream, ok := strings.Cut(text, ":"); ok {
		t.Group, t.Stream = group, stream
		if group == "" || stream == "" {
			return t, fmt.Errorf("found %q, want GROUP or GROUP:STREAM", text)
		}
	}
	for _, glob := range []string{t.Group, t.Stream} {
		if err := CheckGlob(glob); err != nil {
			return t, err
		}
	}
	return t, nil
}

// elsewhere returns what is wrong with a target that is an ARN of another region than asked.
func (t Target) elsewhere(asked string) error {
	if parts := strings.Split(t.Group, ":"); len(parts) == 6+1 && !fits(parts[3], asked) {
		return fmt.Errorf("%s is of %s, and %s is asked: give --region %s", t.Group, parts[3], asked, parts[3])
	}
	return nil
}

// owns tells whether a group that has the ARN is of the account that the target names, if it names one.
func (t Target) owns(arn string) bool {
	mine, its := strings.Split(t.Group, ":"), strings.Split(arn, ":")
	return len(mine) < 6 || len(its) < 6 || fits(mine[4], its[4])
}

// fits tells whether a part of an ARN is one that a target names, perhaps by a glob. Nothing fits all.
func fits(glob, part string) bool {
	ok, err := Match(glob, part)
	return glob == "" || ok && err == nil
}

// name returns the glob that the group's name has to fit.
func (t Target) name() string { return t.Group[strings.LastIndexByte(t.Group, ':')+1:] }

// A Place is a group that targets name, with those of its streams that they mean.
type Place struct {
	Group     string        // its name
	ARN       string        // without the :* at its end
	Created   int64         // epoch milliseconds
	Retention time.Duration // how long events are kept; 0 means for ever
	Streams   []string      // globs, one of which a stream's name has to fit; nil means all
}

// wants tells whether a stream is meant.
func (p *Place) wants(stream string) bool {
	return p.Streams == nil || slices.ContainsFunc(p.Streams, func(glob string) bool {
		ok, err := Match(glob, stream)
		return ok && err == nil
	})
}

// A MissingError says that no group fits a target.
type MissingError struct{ Group string }

func (e *MissingError) Error() string {
	if IsGlob(e.Group) {
		return "no log group fits " + e.Group
	}
	return "no log group " + e.Group
}

// Find returns the groups that targets name, each once, by name. It fails with MissingErrors, joined, if a target names none, and then
// returns the others.
func (c *Client) Find(ctx context.Context, targets []Target) ([]Place, error) {
	byName := map[string]*Place{}
	var missing []error
	for _, t := range targets {
		found := false
		if err := t.elsewhere(c.Region()); err != nil {
			return nil, err
		}
		for g, err := range c.Groups(ctx, t.name()) {
			if err != nil {
				return nil, err
			}
			if !t.owns(aws.ToString(g.Arn)) {
				continue
			}
			found = true
			name := aws.ToString(g.LogGroupName)
			p := byName[name]
			switch {
			case p == nil:
				p = &Place{
					Group: name, ARN: aws.ToString(g.LogGroupArn), Created: aws.ToInt64(g.CreationTime),
					Retention: time.Duration(aws.ToInt32(g.RetentionInDays)) * 24 * time.Hour,
				}
				if p.ARN == "" {
					p.ARN = strings.TrimSuffix(aws.ToString(g.Arn), ":*")
				}
				if t.Stream != "" {
					p.Streams = []string{t.Stream}
				}
				byName[name] = p
			case t.Stream == "":
				p.Streams = nil
			case p.Streams != nil:
				p.Streams = append(p.Streams, t.Stream)
			}
		}
		if !found {
			missing = append(missing, &MissingError{t.Group})
		}
	}
	places := make([]Place, 0, len(byName))
	for _, p := range byName {
		places = append(places, *p)
	}
	slices.SortFunc(places, func(a, b Place) int { return cmp.Compare(a.Group, b.Group) })
	return places, errors.Join(missing...)
}

// A Newest tells of the newest event of some places.
type Newest struct {
	At      int64  // epoch milliseconds; 0 if there is none
	Group   string // that has it
	Streams bool   // the places have streams that are meant
}

// Newest finds the newest event of places. It asks for at most as many groups as newestOf.
func (c *Client) Newest(ctx context.Context, places []Place) (n Newest, err error) {
	for _, p := range places[:min(len(places), newestOf)] {
		for s, err := range c.Streams(ctx, p.Group, "") {
			if err != nil {
				return n, err
			}
			if !p.wants(aws.ToString(s.LogStreamName)) {
				continue
			}
			n.Streams = true
			if at := aws.ToInt64(s.LastEventTimestamp); at > n.At {
				n.At, n.Group = at, p.Group
			}
			if p.Streams == nil {
				break // the newest stands first
			}
		}
	}
	return n, nil
}

// Where says which groups are meant: the one by its name, others by their number.
func Where(places []Place) string {
	if len(places) == 1 {
		return places[0].Group
	}
	return fmt.Sprintf("%d groups", len(places))
}

// NoStream says that no stream of places fits their globs; "" if they have none.
func NoStream(places []Place) string {
	var globs []string
	for _, p := range places {
		globs = append(globs, p.Streams...)
	}
	if len(globs) == 0 {
		return ""
	}
	return fmt.Sprintf("no log stream in %s fits %s", Where(places), strings.Join(distinct(globs), ", "))
}

// newestOf is so many groups as can be asked about within some seconds where five calls a second are allowed (DescribeLogStreams).
const newestOf = 20
