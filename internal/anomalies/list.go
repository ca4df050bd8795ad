package anomalies

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// pageSize is how many items a page has, at most and if the request does not say (the model).
const pageSize = 50

// ListLogAnomalyDetectors lists the caller's detectors by id, all or those of a log group.
func (s *Service) ListLogAnomalyDetectors(ctx context.Context, in *cloudwatchlogs.ListLogAnomalyDetectorsInput) (*cloudwatchlogs.ListLogAnomalyDetectorsOutput, error) {
	group := strings.TrimSuffix(aws.ToString(in.FilterLogGroupArn), ":*")
	var found []detector
	for d, err := range s.detectors.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		if group == "" || d.GroupARN == group {
			found = append(found, d)
		}
	}
	list := documents.List{Sealer: s.opts.Sealer, Purpose: "ListLogAnomalyDetectors\x00" + group, Token: in.NextToken, Limit: documents.Limit(in.Limit, pageSize, pageSize)}
	found, next, err := documents.Page(ctx, list, found, func(d detector) string { return d.ID })
	if err != nil {
		return nil, refuse.Token(err)
	}
	out := &cloudwatchlogs.ListLogAnomalyDetectorsOutput{AnomalyDetectors: []types.AnomalyDetector{}, NextToken: next}
	for _, d := range found {
		out.AnomalyDetectors = append(out.AnomalyDetectors, d.wire(ctx))
	}
	return out, nil
}

// ListAnomalies lists the anomalies of the caller's detectors, or of one of them, by detector and id.
func (s *Service) ListAnomalies(ctx context.Context, in *cloudwatchlogs.ListAnomaliesInput) (*cloudwatchlogs.ListAnomaliesOutput, error) {
	detectors, err := s.chosen(ctx, in.AnomalyDetectorArn)
	if err != nil {
		return nil, err
	}
	now := s.opts.Now()
	var found []anomaly
	for id := range detectors {
		for a, err := range s.anomalies.All(ctx, id+"/") {
			if err != nil {
				return nil, err
			}
			if in.SuppressionState == "" || a.suppressed(now) == (in.SuppressionState == types.SuppressionStateSuppressed) {
				found = append(found, a)
			}
		}
	}
	sortByPlace(found)
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: strings.Join([]string{"ListAnomalies", aws.ToString(in.AnomalyDetectorArn), string(in.SuppressionState)}, "\x00"),
		Token: in.NextToken, Limit: documents.Limit(in.Limit, pageSize, pageSize),
	}
	found, next, err := documents.Page(ctx, list, found, anomaly.place)
	if err != nil {
		return nil, refuse.Token(err)
	}
	out := &cloudwatchlogs.ListAnomaliesOutput{Anomalies: []types.Anomaly{}, NextToken: next}
	for _, a := range found {
		d := detectors[a.Detector]
		out.Anomalies = append(out.Anomalies, a.wire(ctx, &d, now))
	}
	return out, nil
}

// chosen returns the caller's detector of that ARN, or all of them without one.
func (s *Service) chosen(ctx context.Context, arn *string) (map[string]detector, error) {
	detectors := map[string]detector{}
	if arn != nil {
		d, _, err := s.find(ctx, arn)
		detectors[d.ID] = d
		return detectors, err
	}
	for d, err := range s.detectors.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		detectors[d.ID] = d
	}
	return detectors, nil
}

// UpdateAnomaly suppresses an anomaly, or all of a pattern, for a time or for ever; without a type it ends a suppression. It may also
// say that what was found is usual.
func (s *Service) UpdateAnomaly(ctx context.Context, in *cloudwatchlogs.UpdateAnomalyInput) (*cloudwatchlogs.UpdateAnomalyOutput, error) {
	if (in.AnomalyId == nil) == (in.PatternId == nil) {
		return nil, refuse.InvalidParameter(textOneOfTwo)
	}
	now := s.opts.Now()
	wanted, err := suppressionOf(in, now)
	if err != nil {
		return nil, err
	}
	d, _, err := s.find(ctx, in.AnomalyDetectorArn)
	if err != nil {
		return nil, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	found := false
	for a, err := range s.anomalies.All(ctx, d.ID+"/") {
		if err != nil {
			return nil, err
		}
		if in.AnomalyId != nil && a.ID != *in.AnomalyId || in.PatternId != nil && patternID(a.Pattern) != *in.PatternId {
			continue
		}
		found = true
		if in.Baseline == nil || in.SuppressionType != "" {
			a.Suppressed = wanted
		}
		if in.Baseline != nil {
			a.Usual = *in.Baseline
		}
		if err := s.anomalies.Put(ctx, a.place(), a, catalog.Present); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	if !found {
		return nil, refuse.NotFound(textAnomalyMissing)
	}
	return &cloudwatchlogs.UpdateAnomalyOutput{}, nil
}

// units are those of a period of suppression.
var units = map[types.SuppressionUnit]time.Duration{
	types.SuppressionUnitSeconds: time.Second, types.SuppressionUnitMinutes: time.Minute, types.SuppressionUnitHours: time.Hour,
}

// suppressionOf returns the suppression that a request asks for; nil for none.
func suppressionOf(in *cloudwatchlogs.UpdateAnomalyInput, now time.Time) (*suppression, error) {
	if in.SuppressionType == "" {
		return nil, nil
	}
	wanted := &suppression{At: now.UnixMilli(), Pattern: in.PatternId != nil}
	if in.SuppressionType == types.SuppressionTypeInfinite {
		return wanted, nil
	}
	if in.SuppressionPeriod == nil || in.SuppressionPeriod.Value < 1 || units[in.SuppressionPeriod.SuppressionUnit] == 0 {
		return nil, refuse.InvalidParameter(textPeriod)
	}
	wanted.Until = now.UnixMilli() + int64(in.SuppressionPeriod.Value)*units[in.SuppressionPeriod.SuppressionUnit].Milliseconds()
	return wanted, nil
}
