package restjson

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/oam"
	"github.com/aws/aws-sdk-go-v2/service/pipes"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/xray"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func traces(c aws.Config) *xray.Client         { return xray.NewFromConfig(c) }
func schedules(c aws.Config) *scheduler.Client { return scheduler.NewFromConfig(c) }
func tubes(c aws.Config) *pipes.Client         { return pipes.NewFromConfig(c) }
func links(c aws.Config) *oam.Client           { return oam.NewFromConfig(c) }

// TestClients calls every operation of the SDK's clients that speak this protocol. No snapshots ship with them.
func TestClients(t *testing.T) {
	codec := func(t *wire.Table) wire.Codec { return New(t) }
	if n := wiretest.Exchange(t, traces, codec); n != 38 {
		t.Errorf("xray: %d operations pass, want 38", n)
	}
	if n := wiretest.Exchange(t, schedules, codec); n != 12 {
		t.Errorf("scheduler: %d operations pass, want 12", n)
	}
	if n := wiretest.Exchange(t, tubes, codec); n != 10 {
		t.Errorf("pipes: %d operations pass, want 10", n)
	}
	if n := wiretest.Exchange(t, links, codec); n != 15 {
		t.Errorf("oam: %d operations pass, want 15", n)
	}
}
