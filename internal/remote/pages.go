package remote

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// pages fetches pages of events, each while the one before it is looked at: the service and we work at the same time.
type pages struct {
	each  *cloudwatchlogs.FilterLogEventsPaginator
	given int
	ahead chan reply // of the page that is being fetched; nil if none is
}

// A reply is what came of fetching a page.
type reply struct {
	page *cloudwatchlogs.FilterLogEventsOutput
	err  error
}

// aheadAfter is how many pages are given before one is fetched that nobody has asked for: who wants the first events alone makes one call.
const aheadAfter = 2

// more tells whether there is another page.
func (p *pages) more() bool { return p.ahead != nil || p.each.HasMorePages() }

// next returns the next page.
func (p *pages) next(ctx context.Context) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	var got reply
	if p.ahead != nil {
		got, p.ahead = <-p.ahead, nil
	} else {
		got.page, got.err = p.each.NextPage(ctx)
	}
	if p.given++; got.err == nil && p.given >= aheadAfter && p.each.HasMorePages() {
		ahead := make(chan reply, 1)
		go func() {
			page, err := p.each.NextPage(ctx)
			ahead <- reply{page, err}
		}()
		p.ahead = ahead
	}
	return got.page, got.err
}

// end waits for a page that is being fetched, whose context has ended.
func (p *pages) end() {
	if p.ahead != nil {
		<-p.ahead
	}
}
