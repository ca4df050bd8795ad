package configured

import (
	"context"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestNothing(t *testing.T) {
	eventlog.Info(context.Background(), "Test_run") // want `tagcase: the tag "Test_run"`
}
