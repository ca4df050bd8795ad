package beforeact

import (
	"context"

	"github.com/groundwatch/groundwatch/eventlog"
)

type Label struct{}

type store struct{}

func (store) Create(ctx context.Context, l Label) error  { return nil }
func (store) Publish(ctx context.Context) (Label, error) { return Label{}, nil }
func (store) Count() int                                 { return 0 }

func createLabel() error { return nil }
func sendEmail() error   { return nil }
func labelCreated() bool { return true }
func deadLetterMessage() {}

func faults(ctx context.Context, s store, l Label) error {
	eventlog.Info(ctx, "label_created") // want `beforeact: "label_created" is written before createLabel does it`
	err := createLabel()
	eventlog.Info(ctx, "label_stored")
	eventlog.Info(ctx, "email_sent") // want `beforeact: "email_sent" is written before sendEmail does it`
	if err := sendEmail(); err != nil {
		return err
	}
	eventlog.Info(ctx, "label_created_again") // want `beforeact: .* before s.Create does it`
	if s.Create(ctx, l) != nil {
		return err
	}
	eventlog.Info(ctx, "label_published") // want `beforeact: .* before s.Publish does it`
	_, _ = s.Publish(ctx)
	eventlog.Info(ctx, "emails_sent") // want `beforeact: .* before sendEmail does it`
	return sendEmail()
}

type mailer struct{}

func (mailer) Send(ctx context.Context) error { return nil }
func (mailer) Close() error                   { return nil }

func (*Label) Print() error { return nil }

func bare(ctx context.Context, m mailer, x *Label) {
	eventlog.Info(ctx, "label_printed") // want `beforeact: .* before x.Print does it`
	_ = x.Print()
	eventlog.Info(ctx, "reminder_sent") // want `beforeact: .* before m.Send does it`
	_ = m.Send(ctx)
	eventlog.Info(ctx, "shop_closed")
	_ = m.Close()
}

func nearMisses(ctx context.Context, s store, l Label) error {
	if err := createLabel(); err != nil {
		eventlog.Fail(ctx, "label_create_failed", err)
		return createLabel()
	}
	eventlog.Info(ctx, "label_made")
	if !labelCreated() {
		createLabel()
	}
	eventlog.Info(ctx, "label_requested")
	createLabel()
	eventlog.Info(ctx, "order_created")
	createLabel()
	eventlog.Info(ctx, "label_copied")
	func() { _ = s.Count() }()
	eventlog.Info(ctx, "email_delivered")
	defer sendEmail()
	eventlog.Info(ctx, "email_put")
	go sendEmail()
	call := eventlog.Try(ctx, "email_forwarded", "email_lost")
	call.End(sendEmail())
	eventlog.Try(ctx, "email_sent", "email_dropped")
	return sendEmail()
}
