package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
)

// A message asks for an email with a label. Its attributes carry the ids of the request that caused it.
type message = eventqueue.Message

var errBadAddress = errors.New("not an email address")

func newMessage(ctx context.Context, o order, l label) message {
	attributes := map[string]string{"email": o.Email, "tracking": l.Tracking}
	correlation.From(ctx).ToSQS(attributes, nil)
	return message{ID: strconv.Itoa(o.ID), Queue: "label-mails", Attributes: attributes, ReceiveCount: 1, SentAt: time.Now()}
}

// sendLabel mails a label to its customer.
func sendLabel(ctx context.Context, m message) (err error) {
	address := m.Attributes["email"]
	call := eventlog.Try(ctx, "label_mailed", "label_mail_failed", slog.String("tracking", m.Attributes["tracking"]))
	defer call.Done(&err)
	if !strings.Contains(address, "@") {
		return fmt.Errorf("mail to customer: %w", errBadAddress) // the address itself is personal
	}
	return nil
}
