package deliveries

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A delivery is what the catalog keeps of one under its id: a source and a destination.
type delivery struct {
	ID          string                        `json:"id"`
	Source      string                        `json:"source"`
	Destination string                        `json:"destination"`
	Type        types.DeliveryDestinationType `json:"type"`
	Fields      []string                      `json:"fields,omitempty"`
	Delimiter   *string                       `json:"delimiter,omitempty"`
	S3          *s3Settings                   `json:"s3,omitempty"`
	Tags        map[string]string             `json:"tags,omitempty"`
}

type s3Settings struct {
	Suffix string `json:"suffix,omitempty"`
	Hive   bool   `json:"hive,omitempty"`
}

// set takes over the settings of a request that it has. Those of S3 are for nothing else.
func (d *delivery) set(fields []string, delimiter *string, s3 *types.S3DeliveryConfiguration) error {
	if s3 != nil && d.Type != types.DeliveryDestinationTypeS3 {
		return refuse.Validation(textNoSettings)
	}
	if fields != nil {
		d.Fields = fields
	}
	if delimiter != nil {
		d.Delimiter = delimiter
	}
	if s3 != nil {
		d.S3 = &s3Settings{aws.ToString(s3.SuffixPath), aws.ToBool(s3.EnableHiveCompatiblePath)}
	}
	return nil
}

// wire returns d as the API has it.
func (d delivery) wire(ctx context.Context) types.Delivery {
	out := types.Delivery{
		Id: &d.ID, Arn: aws.String(arnOf(ctx, deliveryResource+d.ID)), DeliverySourceName: &d.Source,
		DeliveryDestinationArn: aws.String(arnOf(ctx, destinationResource+d.Destination)), DeliveryDestinationType: d.Type,
		RecordFields: d.Fields, FieldDelimiter: d.Delimiter, Tags: d.Tags,
	}
	if d.S3 != nil {
		out.S3DeliveryConfiguration = &types.S3DeliveryConfiguration{EnableHiveCompatiblePath: &d.S3.Hive}
		if d.S3.Suffix != "" {
			out.S3DeliveryConfiguration.SuffixPath = &d.S3.Suffix
		}
	}
	return out
}

// CreateDelivery pairs a source and a destination of the caller's. A source has one delivery to each type of destination.
func (s *Service) CreateDelivery(ctx context.Context, in *cloudwatchlogs.CreateDeliveryInput) (*cloudwatchlogs.CreateDeliveryOutput, error) {
	if refuse.ReservedTag(in.Tags) {
		return nil, refuse.Validation(refuse.TextReservedTag)
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	from, _, err := s.sources.Get(ctx, aws.ToString(in.DeliverySourceName))
	if err != nil {
		return nil, missing(err, textSourceMissing)
	}
	name, ok := nameOf(ctx, aws.ToString(in.DeliveryDestinationArn), destinationResource)
	if !ok {
		return nil, refuse.NotFound(textDestinationMissing)
	}
	to, _, err := s.destinations.Get(ctx, name)
	if err != nil {
		return nil, missing(err, textDestinationMissing)
	}
	if err := s.single(ctx, from, to); err != nil {
		return nil, err
	}
	if err := room(ctx, s.deliveries, s.opts.Limit); err != nil {
		return nil, err
	}
	d := delivery{Source: from.Name, Destination: to.Name, Type: to.Type, Tags: in.Tags}
	if err := d.set(in.RecordFields, in.FieldDelimiter, in.S3DeliveryConfiguration); err != nil {
		return nil, err
	}
	if d.ID, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	if err := s.deliveries.Put(ctx, d.ID, d, catalog.Absent); err != nil {
		return nil, err
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.CreateDeliveryOutput{Delivery: &out}, nil
}

// single refuses a delivery that there is, or one of a source that has one to another destination of the type.
func (s *Service) single(ctx context.Context, from source, to destination) error {
	for d, err := range s.deliveries.All(ctx, "") {
		switch {
		case err != nil:
			return err
		case d.Source == from.Name && d.Destination == to.Name:
			return refuse.Conflict(textDeliveryExists)
		case d.Source == from.Name && d.Type == to.Type:
			return refuse.Conflict(textSameType)
		}
	}
	return nil
}

// idDigits is how many characters the ids of deliveries have.
const idDigits = 16

func newID(random io.Reader) (string, error) {
	var b [idDigits / 2]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fault.Internal(fmt.Errorf("make delivery id: %w", err))
	}
	return hex.EncodeToString(b[:]), nil
}

// GetDelivery describes a delivery.
func (s *Service) GetDelivery(ctx context.Context, in *cloudwatchlogs.GetDeliveryInput) (*cloudwatchlogs.GetDeliveryOutput, error) {
	d, _, err := s.deliveries.Get(ctx, aws.ToString(in.Id))
	if err != nil {
		return nil, missing(err, textDeliveryMissing)
	}
	out := d.wire(ctx)
	return &cloudwatchlogs.GetDeliveryOutput{Delivery: &out}, nil
}

// DescribeDeliveries lists deliveries by id.
func (s *Service) DescribeDeliveries(ctx context.Context, in *cloudwatchlogs.DescribeDeliveriesInput) (*cloudwatchlogs.DescribeDeliveriesOutput, error) {
	found, next, err := pageOf(ctx, s, s.deliveries, in.NextToken, in.Limit, func(d delivery) string { return d.ID })
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.DescribeDeliveriesOutput{Deliveries: []types.Delivery{}, NextToken: next}
	for _, d := range found {
		out.Deliveries = append(out.Deliveries, d.wire(ctx))
	}
	return out, nil
}

// UpdateDeliveryConfiguration changes how logs are delivered; what the request does not have stays.
func (s *Service) UpdateDeliveryConfiguration(ctx context.Context, in *cloudwatchlogs.UpdateDeliveryConfigurationInput) (*cloudwatchlogs.UpdateDeliveryConfigurationOutput, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	d, version, err := s.deliveries.Get(ctx, aws.ToString(in.Id))
	if err != nil {
		return nil, missing(err, textDeliveryMissing)
	}
	if err := d.set(in.RecordFields, in.FieldDelimiter, in.S3DeliveryConfiguration); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.UpdateDeliveryConfigurationOutput{}, s.deliveries.Put(ctx, d.ID, d, version)
}

// DeleteDelivery removes a delivery.
func (s *Service) DeleteDelivery(ctx context.Context, in *cloudwatchlogs.DeleteDeliveryInput) (*cloudwatchlogs.DeleteDeliveryOutput, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	return &cloudwatchlogs.DeleteDeliveryOutput{}, missing(s.deliveries.Delete(ctx, aws.ToString(in.Id)), textDeliveryMissing)
}
