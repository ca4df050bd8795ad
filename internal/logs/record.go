package logs

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// textRecordMissing is what GetLogRecord says of an event that is gone. [R] AWS's words are not known.
const textRecordMissing = "The specified log record does not exist."

// GetLogRecord returns all fields of one event as text: times in milliseconds since 1970, numbers as query results show them. [R]
// Recorded answers of AWS show Lambda's numbers as 1.28E8, but clients read plain digits everywhere.
func (s *Service) GetLogRecord(ctx context.Context, in *cloudwatchlogs.GetLogRecordInput) (*cloudwatchlogs.GetLogRecordOutput, error) {
	p, err := s.openPointer(tenantOf(ctx), aws.ToString(in.LogRecordPointer))
	if err != nil {
		return nil, err
	}
	g, err := s.group(ctx, p.group)
	if err != nil {
		return nil, err
	}
	if g.Partition != p.partition { // another group has its name now
		return nil, refuse.NotFound(textRecordMissing)
	}
	stream, err := s.StreamName(ctx, g, p.stream)
	if err != nil {
		return nil, err
	}
	b, err := s.readRecord(ctx, g, p)
	if err != nil {
		return nil, err
	}
	if stream == "" || b.n == 0 || b.cursor(0) != p.at {
		return nil, refuse.NotFound(textRecordMissing)
	}
	texts, err := s.fieldTexts(ctx, g, in.Unmask, &b)
	if err != nil {
		return nil, err
	}
	if err := s.hide(ctx, g, in.Unmask, &b); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.GetLogRecordOutput{LogRecord: g.record(&b, texts, stream)}, nil
}

// readRecord reads the event of p, or nothing, or one behind it. If the event is there, what is damaged beside it is no matter.
func (s *Service) readRecord(ctx context.Context, g *Group, p pointer) (eventBatch, error) {
	r := s.eventRange(g, &p.at.Time, p.at.Time+1)
	r.Streams = []int64{p.stream}
	b, stats, err := s.pageAndDamage(ctx, table.Page{Range: r, After: before(p.at).start(table.Ascending), Limit: 1})
	if err == nil && (b.n == 0 || b.cursor(0) != p.at) && table.Whole.Fails(stats, s.opts.Damaged) {
		err = damaged(stats.Problems)
	}
	return b, err
}

// record returns all fields of the first event of b, which are found in the first of texts.
func (g *Group) record(b, texts *eventBatch, stream string) map[string]string {
	message := *b.message(0)
	fields := map[string]string{}
	g.eachField(texts, func(name string, v column.Value) {
		fields[strings.Clone(name)] = strings.Clone(v.Text())
	})
	fields["@timestamp"] = decimal(b.times[0])
	fields["@message"] = message
	fields["@logStream"] = stream
	fields["@log"] = g.account + ":" + g.Name
	fields["@ingestionTime"] = decimal(b.ingested[0])
	return fields
}

// eachField calls f with every field that is found in the messages of b. Names are valid until the next
// event. Groups of other classes than Standard have no fields but the system's (discovery.md 1: no field discovery).
func (g *Group) eachField(b *eventBatch, f func(name string, v column.Value)) {
	if g.Class != types.LogGroupClassStandard && g.Class != "" {
		return
	}
	x := discover.New(g.textKind(b), nil, discover.Options{})
	for i := range b.n {
		x.Each(bytesOf(*b.message(i)), func(name string, v column.Value) bool {
			f(name, v)
			return true
		})
		x.Reset()
	}
}

// textKind returns what the texts of the group's events are. [R] AWS does not say how it knows. We go by the tag that names a
// data source, then by the names that Lambda gives to groups, then by what some events look like.
func (g *Group) textKind(b *eventBatch) discover.Kind {
	switch source := g.Tags["cw:datasource:name"]; {
	case source == "amazon_vpc":
		return discover.VPCFlow
	case source == "amazon_route53" && g.Tags["cw:datasource:type"] == "hosted_zones":
		return discover.Route53
	case source == "aws_lambda" || strings.HasPrefix(g.Name, "/aws/lambda/"):
		return discover.Lambda
	}
	texts := make([][]byte, min(b.n, detectSample))
	for i := range texts {
		texts[i] = bytesOf(*b.message(i))
	}
	return discover.Detect(texts)
}

// detectSample is how many events tell what a group's texts are.
const detectSample = 100
