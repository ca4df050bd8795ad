package tagcase

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

const kebab = "order-kept"

func faults(ctx context.Context) {
	eventlog.Info(ctx, "OrderPaid")                                         // want `tagcase: the tag "OrderPaid" is not written like the others.*write "order_paid"`
	eventlog.Info(ctx, "order sent")                                        // want `tagcase: the tag "order sent" .*write "order_sent"`
	eventlog.Info(ctx, kebab)                                               // want `tagcase: the tag "order-kept" .*write "order_kept"`
	eventlog.Info(ctx, "1st_order_paid")                                    // want `tagcase: the tag "1st_order_paid" .*write "order_paid"`
	eventlog.Info(ctx, "")                                                  // want `tagcase: the tag is empty`
	eventlog.Info(ctx, "an_order_was_paid_by_a_new_customer")               // want `tagcase: the tag .* has 8 words, more than 6`
	eventlog.Info(ctx, "internationalisation_dictionaries_downloaded_")     // want `tagcase: .*write "internationalisation_dictionaries_downloaded"`
	eventlog.Info(ctx, "internationalisation_dictionaries_were_downloaded") // want `tagcase: the tag .* has 49 bytes, more than 48`
	slog.InfoContext(ctx, "an_order_was_paid_by_a_new_customer")            // want `tagcase: .* 8 words`
}

func called(ctx context.Context, what string) { eventlog.Info(ctx, what+"_called") }

func wrapped(ctx context.Context) {
	called(ctx, "Order") // want `tagcase: the tag "Order_called" .*write "order_called"`
	called(ctx, "order")
}

func nearMisses(ctx context.Context) {
	eventlog.Info(ctx, "order_paid_by_a_new_customer")
	eventlog.Info(ctx, "internationalisation_dictionaries_are_downloaded")
	eventlog.Info(ctx, "http2_connected")
	eventlog.Info(ctx, "started")
	slog.InfoContext(ctx, "Order Paid By A Customer That We Had Not Seen Before")
}
