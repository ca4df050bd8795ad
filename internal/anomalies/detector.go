package anomalies

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A detector is what the catalog keeps of one under its id. Times are ms.
type detector struct {
	ID         string                    `json:"id"`
	Name       string                    `json:"name,omitempty"`
	Group      string                    `json:"group"`
	GroupARN   string                    `json:"arn"`
	Frequency  types.EvaluationFrequency `json:"frequency"`
	Pattern    string                    `json:"pattern,omitempty"` // a filter pattern: only such events count
	KMS        string                    `json:"kms,omitempty"`
	Visibility int64                     `json:"visibility"` // days
	Tags       map[string]string         `json:"tags,omitempty"`
	Created    int64                     `json:"created"`
	Modified   int64                     `json:"modified"`
	Paused     bool                      `json:"paused,omitempty"`
	Gone       bool                      `json:"gone,omitempty"`    // its log group was deleted
	Failed     bool                      `json:"failed,omitempty"`  // the last run did not succeed
	Tried      int64                     `json:"tried,omitempty"`   // when that was
	Trained    bool                      `json:"trained,omitempty"` // the model knows enough to compare with
	Through    int64                     `json:"through,omitempty"` // up to where events were looked at; 0: the detector did not run yet
}

// Defaults of a detector. The visibility is AWS's (LogsAnomalyDetection in the user guide), the frequency that of its console [R].
const (
	defaultVisibility = 21
	defaultFrequency  = types.EvaluationFrequencyFiveMin
)

// frequencies are how often detectors run.
var frequencies = map[types.EvaluationFrequency]time.Duration{
	types.EvaluationFrequencyOneMin:     time.Minute,
	types.EvaluationFrequencyFiveMin:    5 * time.Minute,
	types.EvaluationFrequencyTenMin:     10 * time.Minute,
	types.EvaluationFrequencyFifteenMin: 15 * time.Minute,
	types.EvaluationFrequencyThirtyMin:  30 * time.Minute,
	types.EvaluationFrequencyOneHour:    time.Hour,
}

// status returns AWS's word for the state of d.
func (d *detector) status() types.AnomalyDetectorStatus {
	switch {
	case d.Gone: // [R]: AWS has this status, and does not say when
		return types.AnomalyDetectorStatusDeleted
	case d.Paused:
		return types.AnomalyDetectorStatusPaused
	case d.Failed:
		return types.AnomalyDetectorStatusFailed
	case d.Through == 0:
		return types.AnomalyDetectorStatusInitializing
	case !d.Trained:
		return types.AnomalyDetectorStatusTraining
	}
	return types.AnomalyDetectorStatusAnalyzing
}

// visibility is how long an anomaly is one.
func (d *detector) visibility() time.Duration { return time.Duration(d.Visibility) * 24 * time.Hour }

const detectorResource = "anomaly-detector:"

// arnOf returns the ARN of the caller's detector.
func arnOf(ctx context.Context, id string) string {
	c := caller.From(ctx)
	return arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: detectorResource + id}.String()
}

// idOf returns the id in the ARN of a detector of the caller's.
func idOf(ctx context.Context, text string) (string, error) {
	id, ok := strings.CutPrefix(text, arnOf(ctx, ""))
	if !ok || id == "" || len(id) > 64 {
		return "", refuse.NotFound(textDetectorMissing)
	}
	return id, nil
}

// CreateLogAnomalyDetector makes a detector, which learns from the last two weeks when it first runs.
func (s *Service) CreateLogAnomalyDetector(ctx context.Context, in *cloudwatchlogs.CreateLogAnomalyDetectorInput) (*cloudwatchlogs.CreateLogAnomalyDetectorOutput, error) {
	if len(in.LogGroupArnList) != 1 {
		return nil, refuse.InvalidParameter(textOneGroup)
	}
	if refuse.ReservedTag(in.Tags) {
		return nil, refuse.InvalidParameter(refuse.TextReservedTag)
	}
	if err := checkPattern(in.FilterPattern); err != nil {
		return nil, err
	}
	g, err := s.opts.Events.Group(ctx, in.LogGroupArnList[0])
	if err != nil {
		return nil, err
	}
	now := s.opts.Now().UnixMilli()
	d := detector{
		Name: aws.ToString(in.DetectorName), Group: g.Name, GroupARN: g.ARN, Frequency: cmp.Or(in.EvaluationFrequency, defaultFrequency),
		Pattern: aws.ToString(in.FilterPattern), KMS: aws.ToString(in.KmsKeyId), Tags: in.Tags,
		Visibility: cmp.Or(aws.ToInt64(in.AnomalyVisibilityTime), defaultVisibility), Created: now, Modified: now,
	}
	if d.ID, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	n, err := s.detectors.Count(ctx, s.opts.Limit)
	if err != nil {
		return nil, err
	}
	if n >= s.opts.Limit {
		return nil, refuse.LimitExceeded()
	}
	if err := s.detectors.Put(ctx, d.ID, d, catalog.Absent); err != nil {
		return nil, err
	}
	s.lookSoon()
	return &cloudwatchlogs.CreateLogAnomalyDetectorOutput{AnomalyDetectorArn: aws.String(arnOf(ctx, d.ID))}, nil
}

// checkPattern refuses what is no filter pattern.
func checkPattern(text *string) error {
	if aws.ToString(text) == "" {
		return nil
	}
	_, err := filterpattern.Parse(*text)
	if e, ok := errors.AsType[*filterpattern.Error](err); ok {
		return refuse.InvalidParameter("Invalid filter pattern: %s", e.Error())
	}
	return err
}

// find returns the caller's detector that an ARN names.
func (s *Service) find(ctx context.Context, arn *string) (detector, catalog.Version, error) {
	id, err := idOf(ctx, aws.ToString(arn))
	if err != nil {
		return detector{}, catalog.Absent, err
	}
	d, version, err := s.detectors.Get(ctx, id)
	return d, version, refused(err)
}

// GetLogAnomalyDetector describes a detector.
func (s *Service) GetLogAnomalyDetector(ctx context.Context, in *cloudwatchlogs.GetLogAnomalyDetectorInput) (*cloudwatchlogs.GetLogAnomalyDetectorOutput, error) {
	d, _, err := s.find(ctx, in.AnomalyDetectorArn)
	if err != nil {
		return nil, err
	}
	w := d.wire(ctx)
	return &cloudwatchlogs.GetLogAnomalyDetectorOutput{
		AnomalyDetectorStatus: w.AnomalyDetectorStatus, AnomalyVisibilityTime: w.AnomalyVisibilityTime, CreationTimeStamp: w.CreationTimeStamp,
		DetectorName: w.DetectorName, EvaluationFrequency: w.EvaluationFrequency, FilterPattern: w.FilterPattern, KmsKeyId: w.KmsKeyId,
		LastModifiedTimeStamp: w.LastModifiedTimeStamp, LogGroupArnList: w.LogGroupArnList,
	}, nil
}

// wire returns d as lists have it.
func (d detector) wire(ctx context.Context) types.AnomalyDetector {
	w := types.AnomalyDetector{
		AnomalyDetectorArn: aws.String(arnOf(ctx, d.ID)), AnomalyDetectorStatus: d.status(), AnomalyVisibilityTime: &d.Visibility,
		CreationTimeStamp: d.Created, LastModifiedTimeStamp: d.Modified, EvaluationFrequency: d.Frequency, LogGroupArnList: []string{d.GroupARN},
	}
	for _, t := range []struct {
		to   **string
		text string
	}{{&w.DetectorName, d.Name}, {&w.FilterPattern, d.Pattern}, {&w.KmsKeyId, d.KMS}} {
		if t.text != "" {
			*t.to = aws.String(t.text)
		}
	}
	return w
}

// UpdateLogAnomalyDetector changes a detector, pauses it or lets it go on. What came while it was paused is not looked at. With another
// filter pattern it learns anew.
func (s *Service) UpdateLogAnomalyDetector(ctx context.Context, in *cloudwatchlogs.UpdateLogAnomalyDetectorInput) (*cloudwatchlogs.UpdateLogAnomalyDetectorOutput, error) {
	if err := checkPattern(in.FilterPattern); err != nil {
		return nil, err
	}
	now := s.opts.Now()
	err := s.changeDetector(ctx, in.AnomalyDetectorArn, func(d *detector) {
		if in.FilterPattern != nil && *in.FilterPattern != d.Pattern {
			d.Pattern, d.Trained, d.Through = *in.FilterPattern, false, 0
		}
		if d.Paused && aws.ToBool(in.Enabled) && d.Through != 0 {
			d.Through = horizon(now)
		}
		if aws.ToBool(in.Enabled) {
			d.Gone = false // the next run finds out
		}
		d.Paused, d.Modified = !aws.ToBool(in.Enabled), now.UnixMilli()
		d.Frequency = cmp.Or(in.EvaluationFrequency, d.Frequency)
		d.Visibility = cmp.Or(aws.ToInt64(in.AnomalyVisibilityTime), d.Visibility)
	})
	s.lookSoon()
	return &cloudwatchlogs.UpdateLogAnomalyDetectorOutput{}, err
}

// conflictTries is how often a change is tried again when a run was faster.
const conflictTries = 20

// changeDetector lets change alter the caller's detector, which it may do several times.
func (s *Service) changeDetector(ctx context.Context, arn *string, change func(*detector)) error {
	var err error
	for range conflictTries {
		d, version, failed := s.find(ctx, arn)
		if failed != nil {
			return failed
		}
		change(&d)
		if err = s.detectors.Put(ctx, d.ID, d, version); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return refused(err)
}

// DeleteLogAnomalyDetector removes a detector with all that it found.
func (s *Service) DeleteLogAnomalyDetector(ctx context.Context, in *cloudwatchlogs.DeleteLogAnomalyDetectorInput) (*cloudwatchlogs.DeleteLogAnomalyDetectorOutput, error) {
	id, err := idOf(ctx, aws.ToString(in.AnomalyDetectorArn))
	if err != nil {
		return nil, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	more := []catalog.Change{catalog.Delete(s.models.Scope(ctx).Key(id), catalog.Any), catalog.Delete(s.habits.Scope(ctx).Key(id), catalog.Any)}
	for a, err := range s.anomalies.All(ctx, id+"/") { // maxAnomalies and few more
		if err != nil {
			return nil, err
		}
		more = append(more, catalog.Delete(s.anomalies.Scope(ctx).Key(a.place()), catalog.Any))
	}
	return &cloudwatchlogs.DeleteLogAnomalyDetectorOutput{}, refused(s.detectors.Delete(ctx, id, more...))
}

// newID returns a random UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fault.Internal(fmt.Errorf("make id: %w", err))
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// Tag lets change alter the tags of one of the caller's detectors, and returns them as they then are: without a change, as they are. mine is
// false for an ARN of another kind.
func (s *Service) Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	if !strings.HasPrefix(resource, arnOf(ctx, "")) {
		return nil, false, nil
	}
	if change == nil {
		d, _, err := s.find(ctx, &resource)
		return d.Tags, true, err
	}
	var refusal error
	err = s.changeDetector(ctx, &resource, func(d *detector) {
		if tags, refusal = change(d.Tags); refusal == nil {
			d.Tags = tags
		}
	})
	if refusal != nil {
		err = refusal
	}
	return tags, true, err
}
