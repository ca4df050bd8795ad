package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
)

// An order is what a customer wants a label for.
type order struct {
	ID       int     `json:"orderId"`
	WeightKg float64 `json:"weightKg"`
	Country  string  `json:"country"`
	Email    string  `json:"email"`
}

// A label is a shipping label.
type label struct {
	Tracking string `json:"tracking"`
	Order    int    `json:"orderId"`
	Carrier  string `json:"carrier"`
}

var (
	errInvalidOrder = errors.New("invalid order")
	errNoLabel      = errors.New("no such label")
)

// labels makes and keeps labels.
type labels struct {
	carriers carriers
	mail     chan<- message
	created  *emf.Metric // by carrier

	mu struct {
		sync.Mutex
		byTracking map[string]label
	}
}

func newLabels(c carriers, mail chan<- message, created *emf.Metric) *labels {
	l := &labels{carriers: c, mail: mail, created: created}
	l.mu.byTracking = map[string]label{}
	return l
}

// create buys a label from the order's carrier, keeps it, and has it mailed.
func (l *labels) create(ctx context.Context, o order) (label, error) {
	carrier := carrierFor(o.Country)
	eventlog.Set(ctx, slog.Int("order_id", o.ID), slog.String("carrier", carrier), slog.Float64("weight_kg", o.WeightKg))
	if err := o.check(); err != nil {
		eventlog.Warn(ctx, "order_refused", slog.Int("order_id", o.ID), eventlog.Err(err))
		return label{}, err
	}
	tracking, err := l.carriers.register(ctx, carrier, o)
	if err != nil {
		return label{}, fmt.Errorf("label: %w", err) // the order is a field, so that errors count together
	}
	made := label{Tracking: tracking, Order: o.ID, Carrier: carrier}
	l.keep(made)
	l.created.Put(ctx, 1, carrier)
	eventlog.Info(ctx, "label_created", slog.Int("order_id", o.ID), slog.String("carrier", carrier),
		slog.String("tracking", tracking), slog.Int("labels_created", 1))
	l.mail <- newMessage(ctx, o, made)
	return made, nil
}

func (o order) check() error {
	switch {
	case o.ID <= 0:
		return fmt.Errorf("%w: order id %d, want a positive number", errInvalidOrder, o.ID)
	case o.WeightKg <= 0:
		return fmt.Errorf("%w: weight %g kg, want more than 0", errInvalidOrder, o.WeightKg)
	}
	return nil
}

func (l *labels) keep(made label) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.byTracking[made.Tracking] = made
}

// find returns the label with a tracking number, or errNoLabel.
func (l *labels) find(tracking string) (label, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.mu.byTracking[tracking]
	if !ok {
		return label{}, errNoLabel
	}
	return found, nil
}
