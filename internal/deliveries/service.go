// Package deliveries keeps the delivery sources, delivery destinations and deliveries of CloudWatch Logs. It delivers nothing: the logs are
// those of other AWS services, which do not run here.
package deliveries

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Options say what a service works with. All but Limit must be set.
type Options struct {
	Catalog catalog.Catalog // this process is the only one that writes it
	Sealer  *page.Sealer    // of the tokens of lists
	Now     func() time.Time
	Random  io.Reader // of ids: crypto/rand's
	Limit   int       // of each kind, of an account and region; 0 means 1,000 [R]
}

// A Service has deliveries. Its methods are safe for concurrent use; they act for the account and region of caller.From, and return the
// SDK's error types, or what wraps a *fault.Error.
type Service struct {
	opts         Options
	sources      documents.Kind[source]
	destinations documents.Kind[destination]
	deliveries   documents.Kind[delivery]
	changing     sync.Mutex // held while what belongs together is looked at and changed
}

// New returns a service.
func New(o Options) *Service {
	if o.Limit == 0 {
		o.Limit = 1000
	}
	return &Service{
		opts:         o,
		sources:      documents.Kind[source]{Catalog: o.Catalog, Name: "log-delivery-source"},
		destinations: documents.Kind[destination]{Catalog: o.Catalog, Name: "log-delivery-destination"},
		deliveries:   documents.Kind[delivery]{Catalog: o.Catalog, Name: "log-delivery"},
	}
}

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("CreateDelivery", s.CreateDelivery),
		op.New("DeleteDelivery", s.DeleteDelivery),
		op.New("DeleteDeliveryDestination", s.DeleteDeliveryDestination),
		op.New("DeleteDeliveryDestinationPolicy", s.DeleteDeliveryDestinationPolicy),
		op.New("DeleteDeliverySource", s.DeleteDeliverySource),
		op.New("DescribeConfigurationTemplates", s.DescribeConfigurationTemplates),
		op.New("DescribeDeliveries", s.DescribeDeliveries),
		op.New("DescribeDeliveryDestinations", s.DescribeDeliveryDestinations),
		op.New("DescribeDeliverySources", s.DescribeDeliverySources),
		op.New("GetDelivery", s.GetDelivery),
		op.New("GetDeliveryDestination", s.GetDeliveryDestination),
		op.New("GetDeliveryDestinationPolicy", s.GetDeliveryDestinationPolicy),
		op.New("GetDeliverySource", s.GetDeliverySource),
		op.New("PutDeliveryDestination", s.PutDeliveryDestination),
		op.New("PutDeliveryDestinationPolicy", s.PutDeliveryDestinationPolicy),
		op.New("PutDeliverySource", s.PutDeliverySource),
		op.New("UpdateDeliveryConfiguration", s.UpdateDeliveryConfiguration),
	}
}

// What the resources of ARNs begin with.
const (
	sourceResource      = "delivery-source:"
	destinationResource = "delivery-destination:"
	deliveryResource    = "delivery:"
)

// arnOf returns the ARN of a resource of the caller's.
func arnOf(ctx context.Context, resource string) string {
	c := caller.From(ctx)
	return arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: resource}.String()
}

// nameOf returns the name in an ARN of the caller's resource; false if it is none.
func nameOf(ctx context.Context, text, resource string) (string, bool) {
	name, ok := strings.CutPrefix(text, arnOf(ctx, resource))
	return name, ok && name != ""
}

// room refuses one more resource than there may be. The caller holds s.changing.
func room[T any](ctx context.Context, k documents.Kind[T], limit int) error {
	n, err := k.Count(ctx, limit)
	if err == nil && n >= limit {
		return refuse.QuotaExceeded(textQuota)
	}
	return err
}

// pageSize is how many items a page has, at most and if the request does not say (the model).
const pageSize = 50

// pageOf returns a page of the caller's resources, which are in the order of their places.
func pageOf[T any](ctx context.Context, s *Service, k documents.Kind[T], token *string, limit *int32, place func(T) string) ([]T, *string, error) {
	var all []T
	for doc, err := range k.All(ctx, "") {
		if err != nil {
			return nil, nil, err
		}
		all = append(all, doc)
	}
	list := documents.List{Sealer: s.opts.Sealer, Purpose: string(k.Name), Token: token, Limit: documents.Limit(limit, pageSize, pageSize)}
	found, next, err := documents.Page(ctx, list, all, place)
	return found, next, refuse.ValidToken(err)
}
