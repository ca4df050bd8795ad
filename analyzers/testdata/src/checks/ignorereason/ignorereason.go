package ignorereason

import (
	"context"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context) {
	eventlog.Info(ctx, "OrderPaid") //eventlint:ignore // want `ignorereason: a finding is ignored without a reason` `tagcase: `
	//eventlint:ignore tagpst: a slip of the hand // want `ignorereason: "tagpst" is no check of eventlint`
	eventlog.Info(ctx, "order_sent")
	//eventlint:ignore tagpast: another check
	eventlog.Info(ctx, "OrderSeen") // want `tagcase: `
}

func nearMisses(ctx context.Context) {
	eventlog.Info(ctx, "OrderLost") //eventlint:ignore the dashboards know it
	//eventlint:ignore tagcase: the dashboards know it
	eventlog.Info(ctx, "OrderKept")
	// eventlint:ignored is another word
}
