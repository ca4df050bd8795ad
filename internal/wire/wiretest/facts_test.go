package wiretest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/oam"
	"github.com/aws/aws-sdk-go-v2/service/pipes"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/xray"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// TestFactsFitTheSDK tells which operations and members the model and the SDK's types do not share: nobody could send
// them. What a newer SDK adds belongs in the model's newer.json.
func TestFactsFitTheSDK(t *testing.T) {
	for _, s := range []*SDK{
		New(t, func(c aws.Config) *cloudtrail.Client { return cloudtrail.NewFromConfig(c) }),
		New(t, func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) }),
		New(t, func(c aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c) }),
		New(t, func(c aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(c) }),
		New(t, func(c aws.Config) *kms.Client { return kms.NewFromConfig(c) }),
		New(t, func(c aws.Config) *oam.Client { return oam.NewFromConfig(c) }),
		New(t, func(c aws.Config) *pipes.Client { return pipes.NewFromConfig(c) }),
		New(t, func(c aws.Config) *scheduler.Client { return scheduler.NewFromConfig(c) }),
		New(t, func(c aws.Config) *sns.Client { return sns.NewFromConfig(c) }),
		New(t, func(c aws.Config) *sts.Client { return sts.NewFromConfig(c) }),
		New(t, func(c aws.Config) *xray.Client { return xray.NewFromConfig(c) }),
	} {
		m := mismatches{seen: map[*wire.Plan]bool{}, sdkOnly: map[string]bool{}, modelOnly: map[string]bool{}}
		facts := s.Table.Services()[0]
		for i := range s.client.Type().NumMethod() {
			if name := s.client.Type().Method(i).Name; facts.Operations[name] == nil && name != "Options" {
				m.sdkOnly[name] = true
			}
		}
		for name := range facts.Operations {
			if !slices.Contains(s.Skipped, name) {
				o := s.Operation(t, name)
				m.plan(o.Input.Plan)
				m.plan(o.Output.Plan)
			}
		}
		for _, n := range slices.Sorted(maps.Keys(m.sdkOnly)) {
			t.Errorf("%s: only the SDK has %s", s.Service, n)
		}
		for _, n := range slices.Sorted(maps.Keys(m.modelOnly)) {
			t.Errorf("%s: only the model has %s", s.Service, n)
		}
	}
}

type mismatches struct {
	seen               map[*wire.Plan]bool
	sdkOnly, modelOnly map[string]bool
}

func (m *mismatches) plan(p *wire.Plan) {
	if m.seen[p] {
		return
	}
	m.seen[p] = true
	names := map[string]bool{"ResultMetadata": true}
	for i := range p.Fields {
		names[wire.GoName(p.Fields[i].Member.Name)] = true
		m.plan(p.Fields[i].Plan)
	}
	for i := range p.Shape.Members {
		if n := p.Shape.Members[i].Name; p.Field([]byte(n)) == nil {
			m.modelOnly[p.Shape.Name+"."+n] = true
		}
	}
	if p.Type.Kind() == reflect.Struct && p.Kind == wire.Struct {
		for i := range p.Type.NumField() {
			if f := p.Type.Field(i); f.IsExported() && !names[f.Name] {
				m.sdkOnly[fmt.Sprintf("%s.%s %s", p.Shape.Name, f.Name, f.Type)] = true
			}
		}
	}
	if p.Elem != nil {
		m.plan(p.Elem.Plan)
	}
}
