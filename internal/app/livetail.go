package app

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/livetail"
	"github.com/groundwatch/groundwatch/internal/logs"
)

// findTailed finds a log group for live tails.
func (w *world) findTailed(ctx context.Context, identifier string) (livetail.Group, types.LogGroupClass, error) {
	g, err := w.logs.Find(ctx, identifier)
	if err != nil {
		return livetail.Group{}, "", err
	}
	return tailedGroup(g), g.Class, nil
}

// publishTo hands what was stored to live tails.
func publishTo(tails *livetail.Service) func(logs.Accepted) {
	return func(a logs.Accepted) {
		tails.Publish(livetail.Batch{
			Group: tailedGroup(a.Group), Stream: a.Stream, Times: a.Times, Messages: a.Messages, Ingested: a.Ingested,
		})
	}
}

func tailedGroup(g *logs.Group) livetail.Group {
	return livetail.Group{Account: g.Account(), Region: g.Region(), Name: g.Name}
}
