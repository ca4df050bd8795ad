package remote

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// fieldsBack are the times before a group's newest event around which its fields are asked for: programs say other things by night and
// after a release. A service looks at eight minutes before and after each (GetLogGroupFields).
var fieldsBack = []time.Duration{0, 20 * time.Minute, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

// fieldsCalls is how many times are asked about in all: some seconds' worth where five calls a second are allowed.
const fieldsCalls = 24

// Fields returns the names of fields that the service knows of the events of places, sorted: those around the newest event of each group,
// and of few groups those around earlier times too. What could be found out until an error is returned with it.
func (c *Client) Fields(ctx context.Context, places []Place) ([]string, error) {
	var names []string
	places = places[:min(len(places), fieldsCalls/2)]
	for _, p := range places {
		newest, err := c.Newest(ctx, []Place{p})
		if err != nil {
			return distinct(names), err
		}
		if newest.At == 0 {
			continue
		}
		for _, back := range fieldsBack[:min(len(fieldsBack), max(fieldsCalls/len(places)-1, 1))] {
			at := newest.At - back.Milliseconds()
			if back > 0 && at < Begin([]Place{p}) {
				break
			}
			out, err := c.Logs.GetLogGroupFields(ctx, &cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String(p.Group), Time: aws.Int64(at / 1000)})
			if err != nil {
				return distinct(names), c.Explain(err)
			}
			for _, f := range out.LogGroupFields {
				names = append(names, aws.ToString(f.Name))
			}
		}
	}
	return distinct(names), nil
}

// distinct returns names sorted, each once.
func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
