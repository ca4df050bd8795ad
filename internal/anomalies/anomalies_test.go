package anomalies

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestADetectorFindsWhatIsNew(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	arn := l.create()
	if got := l.status(arn); got != types.AnomalyDetectorStatusInitializing {
		t.Errorf("status before it ran = %s", got)
	}
	l.run()
	if got := l.status(arn); got != types.AnomalyDetectorStatusAnalyzing || l.ran[0].Events != 600 {
		t.Errorf("status after training = %s, trained on %+v; want ANALYZING and 600 events", got, l.ran)
	}
	l.clock = l.clock.Add(30 * time.Minute)
	l.put(10*time.Minute, 60, "request of user 17 done")
	l.put(9*time.Minute, 2, "ERROR disk /dev/sda1 has 0 bytes left")
	l.put(8*time.Minute, 1, "ERROR disk /dev/sda1 has 3 bytes left")
	first, last := l.clock.Add(-9*time.Minute).UnixMilli(), l.clock.Add(-8*time.Minute).UnixMilli()
	l.after(30 * time.Minute)
	a := l.one()
	if *a.PatternString != "ERROR disk /dev/sda1 has <*> bytes left" || *a.Priority != "HIGH" || a.State != types.StateActive || !*a.Active || *a.Suppressed {
		t.Errorf("anomaly = %s %s %s, active %t, suppressed %t", *a.PatternString, *a.Priority, a.State, *a.Active, *a.Suppressed)
	}
	if a.FirstSeen != first || a.LastSeen != last || len(a.LogSamples) != 3 || *a.LogSamples[2].Timestamp != last || *a.AnomalyDetectorArn != *arn || a.LogGroupArnList[0] != labGroup {
		t.Errorf("anomaly = seen %d to %d, %d samples, of %s; want %d to %d, 3 samples", a.FirstSeen, a.LastSeen, len(a.LogSamples), *a.AnomalyDetectorArn, first, last)
	}
	if len(a.Histogram) != 1 || a.Histogram[fmt.Sprint(horizon(l.clock))] != 3 {
		t.Errorf("histogram = %v, want 3 in this run", a.Histogram)
	}
	i := slices.IndexFunc(a.PatternTokens, func(p types.PatternToken) bool { return *p.IsDynamic })
	if i < 0 || a.PatternTokens[i].Enumerations["0"] != 2 || a.PatternTokens[i].DynamicTokenPosition != 1 || *a.PatternTokens[i].InferredTokenName != "Number-1" {
		t.Errorf("tokens = %+v, want one with 0 twice", a.PatternTokens)
	}
	if len(*a.PatternId) != 32 || len(*a.AnomalyId) != 36 || *a.Description == "" {
		t.Errorf("ids = %q, %q, description %q", *a.PatternId, *a.AnomalyId, *a.Description)
	}
	// It occurs again, then no more.
	l.put(0, 5, "ERROR disk /dev/sda1 has 1 bytes left")
	l.after(time.Hour)
	if b := l.one(); *b.AnomalyId != *a.AnomalyId || len(b.Histogram) != 2 || b.FirstSeen != first || !*b.Active {
		t.Errorf("anomaly after it occurred again = %+v, want the same one with two runs", b)
	}
	l.after(time.Hour)
	if b := l.one(); *b.Active || b.State != types.StateActive {
		t.Errorf("anomaly when it is over = active %t, %s", *b.Active, b.State)
	}
}

func TestWhatStaysBecomesUsual(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	l.create(func(in *cloudwatchlogs.CreateLogAnomalyDetectorInput) { in.AnomalyVisibilityTime = aws.Int64(7) })
	l.run()
	for range 7*24 - 1 {
		l.put(0, 1, "WARN cache is cold")
		l.after(time.Hour)
	}
	if a := l.one(); a.State != types.StateActive || !*a.Active {
		t.Errorf("anomaly before seven days = %s, active %t", a.State, *a.Active)
	}
	for range 3 {
		l.put(0, 1, "WARN cache is cold")
		l.after(time.Hour)
	}
	a := l.one()
	if a.State != types.StateBaseline || *a.Active {
		t.Errorf("anomaly after seven days = %s, active %t, want Baseline", a.State, *a.Active)
	}
	l.put(0, 100, "WARN cache is cold")
	l.after(time.Hour)
	if all := l.list(cloudwatchlogs.ListAnomaliesInput{}); len(all) != 2 || len(l.failed) != 0 {
		t.Errorf("a hundred times as many of what is usual give %d anomalies, want another one", len(all)-1)
	}
}

func TestSuppression(t *testing.T) {
	for _, tt := range []struct {
		name      string
		change    func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput)
		state     types.State
		afterHour types.State
		updated   bool // by what occurs within the hour
	}{
		{"for ever", func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput) {
			in.AnomalyId, in.SuppressionType = a.AnomalyId, types.SuppressionTypeInfinite
		}, types.StateSuppressed, types.StateSuppressed, false},
		{"for a while", func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput) {
			in.AnomalyId, in.SuppressionType = a.AnomalyId, types.SuppressionTypeLimited
			in.SuppressionPeriod = &types.SuppressionPeriod{Value: 30, SuppressionUnit: types.SuppressionUnitMinutes}
		}, types.StateSuppressed, types.StateActive, true},
		{"the pattern", func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput) {
			in.PatternId, in.SuppressionType = a.PatternId, types.SuppressionTypeInfinite
		}, types.StateSuppressed, types.StateSuppressed, false},
		{"it is usual", func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput) {
			in.AnomalyId, in.Baseline = a.AnomalyId, aws.Bool(true)
		}, types.StateBaseline, types.StateBaseline, false},
		{"nothing", func(a types.Anomaly, in *cloudwatchlogs.UpdateAnomalyInput) { in.AnomalyId = a.AnomalyId }, types.StateActive, types.StateActive, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.hours(10)
			arn := l.create()
			l.run()
			l.put(0, 1, "WARN cache is cold")
			l.after(time.Hour)
			a := l.one()
			in := cloudwatchlogs.UpdateAnomalyInput{AnomalyDetectorArn: arn}
			tt.change(a, &in)
			l.update(in)
			suppressed := tt.state == types.StateSuppressed
			if a = l.one(); a.State != tt.state || *a.Suppressed != suppressed || suppressed && *a.IsPatternLevelSuppression != (in.PatternId != nil) {
				t.Errorf("anomaly = %s, suppressed %t", a.State, *a.Suppressed)
			}
			want := map[bool]types.SuppressionState{true: types.SuppressionStateSuppressed, false: types.SuppressionStateUnsuppressed}
			for is, state := range want {
				if got := l.list(cloudwatchlogs.ListAnomaliesInput{SuppressionState: state}); (len(got) == 1) != (is == suppressed) {
					t.Errorf("ListAnomalies(%s) = %d, suppressed %t", state, len(got), suppressed)
				}
			}
			l.put(0, 1, "WARN cache is cold")
			l.after(time.Hour)
			if a = l.one(); a.State != tt.afterHour || (len(a.Histogram) == 2) != tt.updated {
				t.Errorf("an hour later it is %s with the runs %v, want %s, updated %t", a.State, a.Histogram, tt.afterHour, tt.updated)
			}
			l.update(cloudwatchlogs.UpdateAnomalyInput{AnomalyDetectorArn: arn, AnomalyId: a.AnomalyId, Baseline: aws.Bool(false)})
			l.update(cloudwatchlogs.UpdateAnomalyInput{AnomalyDetectorArn: arn, AnomalyId: a.AnomalyId})
			if a = l.one(); a.State != types.StateActive {
				t.Errorf("after the suppression was ended it is %s", a.State)
			}
		})
	}
}

func TestTrainingGoesOnUntilThereIsEnough(t *testing.T) {
	l := newLab(t)
	arn := l.create(func(in *cloudwatchlogs.CreateLogAnomalyDetectorInput) { in.FilterPattern = aws.String("request") })
	l.run()
	if got := l.status(arn); got != types.AnomalyDetectorStatusTraining {
		t.Errorf("status without events = %s, want TRAINING", got)
	}
	for _, want := range []types.AnomalyDetectorStatus{types.AnomalyDetectorStatusTraining, types.AnomalyDetectorStatusAnalyzing} {
		l.put(0, 60, "request of user 4711 done")
		l.put(0, 100, "what the filter pattern does not match")
		l.after(time.Hour)
		if got := l.status(arn); got != want {
			t.Errorf("status = %s, want %s", got, want)
		}
	}
	l.put(0, 1, "request of user 4711 denied")
	l.put(0, 1, "ERROR what the filter pattern does not match")
	l.after(time.Hour)
	if a := l.one(); *a.PatternString != "request of user <*> denied" {
		t.Errorf("anomaly = %s, want that of requests alone", *a.PatternString)
	}
}

func TestADetectorIsPausedAndChanged(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	arn := l.create()
	l.run()
	update := func(in cloudwatchlogs.UpdateLogAnomalyDetectorInput) {
		t.Helper()
		in.AnomalyDetectorArn = arn
		if _, err := l.UpdateLogAnomalyDetector(l.ctx, &in); err != nil {
			t.Fatalf("UpdateLogAnomalyDetector() = %v", err)
		}
	}
	update(cloudwatchlogs.UpdateLogAnomalyDetectorInput{Enabled: aws.Bool(false)})
	l.put(0, 1, "WARN cache is cold")
	l.after(2 * time.Hour)
	if got := l.status(arn); got != types.AnomalyDetectorStatusPaused || len(l.ran) != 1 {
		t.Errorf("status = %s after %d runs, want PAUSED after one", got, len(l.ran))
	}
	update(cloudwatchlogs.UpdateLogAnomalyDetectorInput{Enabled: aws.Bool(true), EvaluationFrequency: types.EvaluationFrequencyOneMin, AnomalyVisibilityTime: aws.Int64(90)})
	l.after(time.Minute)
	if got := l.list(cloudwatchlogs.ListAnomaliesInput{}); len(got) != 0 || len(l.ran) != 2 {
		t.Errorf("after the pause there are %d anomalies and %d runs, want none and two: what came meanwhile is not looked at", len(got), len(l.ran))
	}
	update(cloudwatchlogs.UpdateLogAnomalyDetectorInput{Enabled: aws.Bool(true), FilterPattern: aws.String("request")})
	if got := l.status(arn); got != types.AnomalyDetectorStatusInitializing {
		t.Errorf("status with another pattern = %s, want INITIALIZING", got)
	}
	out, err := l.GetLogAnomalyDetector(l.ctx, &cloudwatchlogs.GetLogAnomalyDetectorInput{AnomalyDetectorArn: arn})
	if err != nil || *out.FilterPattern != "request" || out.EvaluationFrequency != types.EvaluationFrequencyOneMin || *out.AnomalyVisibilityTime != 90 || out.LastModifiedTimeStamp <= out.CreationTimeStamp {
		t.Errorf("GetLogAnomalyDetector() = %+v, %v", out, err)
	}
}

func TestADetectorThatCannotRunSaysSo(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	arn := l.create()
	l.broken = errors.New("disk on fire")
	l.run()
	if got := l.status(arn); got != types.AnomalyDetectorStatusFailed || len(l.failed) != 1 {
		t.Errorf("status = %s, %v failed, want FAILED and one", got, l.failed)
	}
	l.run()
	if len(l.failed) != 0 {
		t.Errorf("it ran again at once: %v", l.failed)
	}
	l.broken = nil
	l.after(time.Hour)
	if got := l.status(arn); got != types.AnomalyDetectorStatusAnalyzing {
		t.Errorf("status after it could run = %s, want ANALYZING", got)
	}
}

func TestADetectorOfADeletedGroupEnds(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	arn := l.create()
	l.run()
	l.broken = refuse.NotFound("The specified log group does not exist.")
	l.after(time.Hour)
	if got := l.status(arn); got != types.AnomalyDetectorStatusDeleted || len(l.failed) != 0 {
		t.Errorf("status = %s, %v failed, want DELETED and none", got, l.failed)
	}
	l.broken = nil
	l.hours(1)
	l.after(time.Hour)
	if got := l.status(arn); got != types.AnomalyDetectorStatusDeleted || len(l.ran) != 1 {
		t.Errorf("status = %s after %d runs, want DELETED after one: another group of that name is another group", got, len(l.ran))
	}
	_, err := l.UpdateLogAnomalyDetector(l.ctx, &cloudwatchlogs.UpdateLogAnomalyDetectorInput{AnomalyDetectorArn: arn, Enabled: aws.Bool(true)})
	l.after(time.Hour)
	if got := l.status(arn); err != nil || got != types.AnomalyDetectorStatusAnalyzing {
		t.Errorf("status after UpdateLogAnomalyDetector() = %v and a run = %s, want ANALYZING", err, got)
	}
	l.broken = refuse.NotFound("The specified log group does not exist.")
	fresh := l.create()
	l.run()
	if got := l.status(fresh); got != types.AnomalyDetectorStatusDeleted || len(l.failed) != 0 {
		t.Errorf("status of one whose group goes before its first run = %s, %v failed, want DELETED and none", got, l.failed)
	}
}

// TestHabitsOutliveARestart takes another service on the same catalog between training and a run.
func TestHabitsOutliveARestart(t *testing.T) {
	l := newLab(t)
	for h := range 40 {
		for i := range 60 {
			l.put(time.Duration(h)*time.Hour+time.Duration(30+i%20)*time.Minute, 1, fmt.Sprintf("took %d ms from 10.0.0.%d", 40+i, i%4))
		}
	}
	arn := l.create()
	l.run()
	l.Service = New(l.opts)
	for i := range 60 {
		l.put(-30*time.Minute, 1, fmt.Sprintf("took %d ms from 10.0.0.%d", 4000+i, i%5))
	}
	l.after(time.Hour)
	all := l.list(cloudwatchlogs.ListAnomaliesInput{})
	if len(all) != 2 || *all[0].PatternId != *all[1].PatternId || len(l.failed) > 0 {
		t.Fatalf("there are %d anomalies, %v failed, want two of one pattern", len(all), l.failed)
	}
	for _, a := range all {
		if a.FirstSeen == 0 || len(a.LogSamples) != maxSamples || !*a.Active || len(a.Histogram) != 1 {
			t.Errorf("anomaly %q = seen first at %d, %d samples, active %t, histogram %v", *a.Description, a.FirstSeen, len(a.LogSamples), *a.Active, a.Histogram)
		}
	}
	// One of the two is usual from now on, the other one occurs again.
	usual := all[0]
	l.update(cloudwatchlogs.UpdateAnomalyInput{AnomalyDetectorArn: arn, AnomalyId: usual.AnomalyId, Baseline: aws.Bool(true)})
	for i := range 60 {
		l.put(-30*time.Minute, 1, fmt.Sprintf("took %d ms from 10.0.0.%d", 4000+i, i%5))
	}
	l.after(time.Hour)
	all = l.list(cloudwatchlogs.ListAnomaliesInput{})
	if len(all) != 2 || len(all[0].Histogram) != 1 || len(all[1].Histogram) != 2 {
		t.Errorf("after another hour there are %d anomalies with %d and %d runs, want two with one and two", len(all), len(all[0].Histogram), len(all[1].Histogram))
	}
	if _, err := l.DeleteLogAnomalyDetector(l.ctx, &cloudwatchlogs.DeleteLogAnomalyDetectorInput{AnomalyDetectorArn: arn}); err != nil {
		t.Fatalf("DeleteLogAnomalyDetector() = %v", err)
	}
	if n, err := l.habits.Count(l.ctx, 10); n != 0 || err != nil {
		t.Errorf("after DeleteLogAnomalyDetector() there are habits of %d detectors, %v, want none", n, err)
	}
}

func TestRefusals(t *testing.T) {
	l := newLab(t)
	arn := l.create()
	other := caller.With(t.Context(), caller.Caller{Account: "444455556666", Region: "eu-central-1"})
	create := func(groups []string, pattern string) error {
		_, err := l.CreateLogAnomalyDetector(l.ctx, &cloudwatchlogs.CreateLogAnomalyDetectorInput{LogGroupArnList: groups, FilterPattern: &pattern})
		return err
	}
	servicetest.WantError(t, "CreateLogAnomalyDetector() of two groups", create([]string{labGroup, labGroup}, ""), "InvalidParameterException: "+textOneGroup)
	servicetest.WantError(t, "CreateLogAnomalyDetector() of no group", create(nil, ""), "InvalidParameterException: "+textOneGroup)
	servicetest.WantError(t, "CreateLogAnomalyDetector() of a group that is not there", create([]string{labGroup + "x"}, ""), "ResourceNotFoundException: The specified log group does not exist.")
	if err := create([]string{labGroup}, "{ $.a = "); !strings.HasPrefix(servicetest.ErrorText(err), "InvalidParameterException: Invalid filter pattern") {
		t.Errorf("CreateLogAnomalyDetector() with a wrong pattern = %v", err)
	}
	_, err := l.CreateLogAnomalyDetector(l.ctx, &cloudwatchlogs.CreateLogAnomalyDetectorInput{
		LogGroupArnList: []string{labGroup}, Tags: map[string]string{"aws:team": "a"},
	})
	servicetest.WantError(t, "CreateLogAnomalyDetector() with a tag of AWS's", err, "InvalidParameterException: "+refuse.TextReservedTag)
	missing := "ResourceNotFoundException: " + textDetectorMissing
	_, err = l.GetLogAnomalyDetector(other, &cloudwatchlogs.GetLogAnomalyDetectorInput{AnomalyDetectorArn: arn})
	servicetest.WantError(t, "GetLogAnomalyDetector() of another account", err, missing)
	_, err = l.DeleteLogAnomalyDetector(l.ctx, &cloudwatchlogs.DeleteLogAnomalyDetectorInput{AnomalyDetectorArn: aws.String("x")})
	servicetest.WantError(t, "DeleteLogAnomalyDetector() of none", err, missing)
	_, err = l.ListAnomalies(l.ctx, &cloudwatchlogs.ListAnomaliesInput{AnomalyDetectorArn: aws.String(*arn + "0")})
	servicetest.WantError(t, "ListAnomalies() of none", err, missing)
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.UpdateAnomalyInput
		want string
	}{
		{"neither id", cloudwatchlogs.UpdateAnomalyInput{}, "InvalidParameterException: " + textOneOfTwo},
		{"both ids", cloudwatchlogs.UpdateAnomalyInput{AnomalyId: aws.String("a"), PatternId: aws.String("b")}, "InvalidParameterException: " + textOneOfTwo},
		{"no period", cloudwatchlogs.UpdateAnomalyInput{AnomalyId: aws.String("a"), SuppressionType: types.SuppressionTypeLimited}, "InvalidParameterException: " + textPeriod},
		{"an anomaly that is not there", cloudwatchlogs.UpdateAnomalyInput{AnomalyId: aws.String("a")}, "ResourceNotFoundException: " + textAnomalyMissing},
	} {
		tt.in.AnomalyDetectorArn = arn
		_, err := l.UpdateAnomaly(l.ctx, &tt.in)
		servicetest.WantError(t, "UpdateAnomaly() with "+tt.name, err, tt.want)
	}
}

func TestDetectorsAreListedAndDeleted(t *testing.T) {
	l := newLab(t)
	l.hours(10)
	for range 59 {
		l.create(func(in *cloudwatchlogs.CreateLogAnomalyDetectorInput) { in.DetectorName = aws.String("mine") })
	}
	arn := l.create()
	_, err := l.CreateLogAnomalyDetector(l.ctx, &cloudwatchlogs.CreateLogAnomalyDetectorInput{LogGroupArnList: []string{labGroup}})
	servicetest.WantError(t, "the sixty-first CreateLogAnomalyDetector()", err, "LimitExceededException: Resource limit exceeded.")
	in := &cloudwatchlogs.ListLogAnomalyDetectorsInput{FilterLogGroupArn: aws.String(labGroup)}
	seen := map[string]bool{}
	for {
		out, err := l.ListLogAnomalyDetectors(l.ctx, in)
		if err != nil || len(out.AnomalyDetectors) > 50 {
			t.Fatalf("ListLogAnomalyDetectors() = %d, %v", len(out.AnomalyDetectors), err)
		}
		for _, d := range out.AnomalyDetectors {
			seen[*d.AnomalyDetectorArn] = true
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	if len(seen) != 60 {
		t.Errorf("ListLogAnomalyDetectors() in pages = %d detectors, want 60", len(seen))
	}
	_, err = l.ListLogAnomalyDetectors(l.ctx, &cloudwatchlogs.ListLogAnomalyDetectorsInput{NextToken: aws.String("x")})
	servicetest.WantError(t, "ListLogAnomalyDetectors() with no token", err, "InvalidParameterException: The specified nextToken is invalid.")
	none, err := l.ListLogAnomalyDetectors(l.ctx, &cloudwatchlogs.ListLogAnomalyDetectorsInput{FilterLogGroupArn: aws.String(labGroup + "x")})
	if err != nil || len(none.AnomalyDetectors) != 0 {
		t.Errorf("ListLogAnomalyDetectors() of another group = %+v, %v, want none", none, err)
	}
	l.run()
	l.put(0, 1, "WARN cache is cold")
	l.after(time.Hour)
	if got := l.list(cloudwatchlogs.ListAnomaliesInput{AnomalyDetectorArn: arn}); len(got) != 1 {
		t.Fatalf("ListAnomalies() of one detector = %d, want 1", len(got))
	}
	if _, err := l.DeleteLogAnomalyDetector(l.ctx, &cloudwatchlogs.DeleteLogAnomalyDetectorInput{AnomalyDetectorArn: arn}); err != nil {
		t.Fatalf("DeleteLogAnomalyDetector() = %v", err)
	}
	if out, err := l.ListAnomalies(l.ctx, &cloudwatchlogs.ListAnomaliesInput{}); err != nil || len(out.Anomalies) != 50 || out.NextToken == nil {
		t.Errorf("ListAnomalies() after one of sixty was deleted = %d, %v, want a page of 50 and a token", len(out.Anomalies), err)
	}
}

func TestRunLooksAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.hours(10)
		ran := make(chan Evaluated, 10)
		var ahead atomic.Int64 // of the clock, ns
		began := l.clock
		l.opts.Now = func() time.Time { return began.Add(time.Duration(ahead.Load())) }
		l.opts.Hooks.Evaluated = func(e Evaluated) { ran <- e }
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- l.Run(ctx) }()
		synctest.Wait()
		l.create()
		synctest.Wait()
		if len(ran) != 1 {
			t.Errorf("a new detector ran %d times, want once and at once", len(ran))
		}
		ahead.Store(int64(time.Hour))
		time.Sleep(lookEvery + time.Millisecond)
		synctest.Wait()
		if len(ran) != 2 {
			t.Errorf("after an hour it ran %d times, want twice", len(ran))
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run() = %v, want that its context ended", err)
		}
	})
}
