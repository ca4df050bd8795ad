package deliveries

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const (
	mailbox = "arn:aws:workmail:eu-central-1:111122223333:organization/m-1"
	bucket  = "arn:aws:s3:::logs"
	group   = "arn:aws:logs:eu-central-1:111122223333:log-group:/mail"
)

// A lab is a service in memory, for one account.
type lab struct {
	*Service
	t   *testing.T
	ctx context.Context
}

func newLab(t *testing.T) *lab {
	return &lab{
		t: t, ctx: servicetest.As(servicetest.Account),
		Service: New(Options{Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now, Random: rand.Reader, Limit: 60}),
	}
}

func (l *lab) source(name, resource, logType string) error {
	_, err := l.PutDeliverySource(l.ctx, &cloudwatchlogs.PutDeliverySourceInput{Name: &name, ResourceArn: &resource, LogType: &logType})
	return err
}

func (l *lab) destination(name, target string) error {
	_, err := l.PutDeliveryDestination(l.ctx, &cloudwatchlogs.PutDeliveryDestinationInput{
		Name: &name, DeliveryDestinationConfiguration: &types.DeliveryDestinationConfiguration{DestinationResourceArn: &target},
	})
	return err
}

func (l *lab) delivery(source, destination string) (string, error) {
	out, err := l.CreateDelivery(l.ctx, &cloudwatchlogs.CreateDeliveryInput{
		DeliverySourceName: &source, DeliveryDestinationArn: aws.String("arn:aws:logs:eu-central-1:111122223333:delivery-destination:" + destination),
	})
	if err != nil {
		return "", err
	}
	return *out.Delivery.Id, nil
}

func (l *lab) want(call string, err error, want string) {
	l.t.Helper()
	servicetest.WantError(l.t, call, err, want)
}

func TestADeliveryFromPutToDelete(t *testing.T) {
	l := newLab(t)
	l.want("PutDeliverySource", l.source("mail", mailbox, "ACCESS_CONTROL_LOGS"), "")
	l.want("PutDeliveryDestination", l.destination("archive", bucket), "")
	id, err := l.delivery("mail", "archive")
	l.want("CreateDelivery", err, "")
	l.want("PutDeliverySource again", l.source("mail", mailbox, "AUTHENTICATION_LOGS"), "")
	src, err := l.GetDeliverySource(l.ctx, &cloudwatchlogs.GetDeliverySourceInput{Name: aws.String("mail")})
	if err != nil || *src.DeliverySource.Service != "workmail" || *src.DeliverySource.LogType != "AUTHENTICATION_LOGS" || src.DeliverySource.ResourceArns[0] != mailbox ||
		*src.DeliverySource.Arn != "arn:aws:logs:eu-central-1:111122223333:delivery-source:mail" {
		t.Errorf("GetDeliverySource = %+v, %v", src, err)
	}
	_, err = l.UpdateDeliveryConfiguration(l.ctx, &cloudwatchlogs.UpdateDeliveryConfigurationInput{
		Id: &id, RecordFields: []string{"a"}, S3DeliveryConfiguration: &types.S3DeliveryConfiguration{SuffixPath: aws.String("{yyyy}")},
	})
	l.want("UpdateDeliveryConfiguration", err, "")
	_, err = l.UpdateDeliveryConfiguration(l.ctx, &cloudwatchlogs.UpdateDeliveryConfigurationInput{Id: &id, FieldDelimiter: aws.String("|")})
	l.want("UpdateDeliveryConfiguration", err, "")
	got, err := l.GetDelivery(l.ctx, &cloudwatchlogs.GetDeliveryInput{Id: &id})
	if err != nil {
		t.Fatal(err)
	}
	if d := got.Delivery; d.DeliveryDestinationType != types.DeliveryDestinationTypeS3 || *d.FieldDelimiter != "|" || d.RecordFields[0] != "a" ||
		*d.S3DeliveryConfiguration.SuffixPath != "{yyyy}" || *d.Arn != "arn:aws:logs:eu-central-1:111122223333:delivery:"+id || len(id) != 16 {
		t.Errorf("GetDelivery = %+v", d)
	}
	inUse := "ConflictException: " + textInUse
	_, err = l.DeleteDeliverySource(l.ctx, &cloudwatchlogs.DeleteDeliverySourceInput{Name: aws.String("mail")})
	l.want("DeleteDeliverySource with a delivery", err, inUse)
	_, err = l.DeleteDeliveryDestination(l.ctx, &cloudwatchlogs.DeleteDeliveryDestinationInput{Name: aws.String("archive")})
	l.want("DeleteDeliveryDestination with a delivery", err, inUse)
	l.want("PutDeliveryDestination of another type with a delivery", l.destination("archive", group), inUse)
	l.want("PutDeliveryDestination of the same type with a delivery", l.destination("archive", bucket), "")
	for _, want := range []string{"", "ResourceNotFoundException: " + textDeliveryMissing} {
		_, err = l.DeleteDelivery(l.ctx, &cloudwatchlogs.DeleteDeliveryInput{Id: &id})
		l.want("DeleteDelivery", err, want)
	}
	l.want("PutDeliveryDestination of another type without a delivery", l.destination("archive", group), "")
	for _, want := range []string{"", "ResourceNotFoundException: " + textSourceMissing} {
		_, err = l.DeleteDeliverySource(l.ctx, &cloudwatchlogs.DeleteDeliverySourceInput{Name: aws.String("mail")})
		l.want("DeleteDeliverySource", err, want)
	}
	for _, want := range []string{"", "ResourceNotFoundException: " + textDestinationMissing} {
		_, err = l.DeleteDeliveryDestination(l.ctx, &cloudwatchlogs.DeleteDeliveryDestinationInput{Name: aws.String("archive")})
		l.want("DeleteDeliveryDestination", err, want)
	}
}

func TestPutDeliverySourceRefuses(t *testing.T) {
	l := newLab(t)
	l.want("PutDeliverySource", l.source("mail", mailbox, "ACCESS_CONTROL_LOGS"), "")
	for _, tt := range []struct{ name, resource, logType, want string }{
		{"a service that sends nothing", "arn:aws:rds:eu-central-1:111122223333:db:x", "X", "ResourceNotFoundException: " + textNoService},
		{"no ARN", "mailbox", "X", "ResourceNotFoundException: " + textNoService},
		{"another service's logs", mailbox, "ACCESS_LOGS", "ValidationException: " + textNoLogType},
		{"another resource", mailbox + "2", "ACCESS_CONTROL_LOGS", "ConflictException: " + textNewResource},
	} {
		l.want("PutDeliverySource of "+tt.name, l.source("mail", tt.resource, tt.logType), tt.want)
	}
	used := "ConflictException: " + textResourceUsed
	l.want("PutDeliverySource of a resource that has one", l.source("other", mailbox, "ACCESS_CONTROL_LOGS"), used)
	l.want("PutDeliverySource of other logs of the resource", l.source("other", mailbox, "AUTHENTICATION_LOGS"), "")
	l.want("PutDeliverySource that changes to logs that have one", l.source("other", mailbox, "ACCESS_CONTROL_LOGS"), used)
	_, err := l.PutDeliverySource(l.ctx, &cloudwatchlogs.PutDeliverySourceInput{
		Name: aws.String("mail"), ResourceArn: aws.String(mailbox), LogType: aws.String("ACCESS_CONTROL_LOGS"), Tags: map[string]string{"a": "b"},
	})
	l.want("PutDeliverySource with tags again", err, "ConflictException: "+textTags)
}

func TestDestinations(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		name   string
		target *string
		kind   types.DeliveryDestinationType
		want   types.DeliveryDestinationType
		err    string
	}{
		{"bucket", aws.String(bucket), "", types.DeliveryDestinationTypeS3, ""},
		{"group", aws.String(group), types.DeliveryDestinationTypeCwl, types.DeliveryDestinationTypeCwl, ""},
		{"stream", aws.String("arn:aws:firehose:eu-central-1:111122223333:deliverystream/x"), "", types.DeliveryDestinationTypeFh, ""},
		{"traces", nil, types.DeliveryDestinationTypeXray, types.DeliveryDestinationTypeXray, ""},
		{"nothing", nil, "", "", "ValidationException: " + textNoTarget},
		{"queue", aws.String("arn:aws:sqs:eu-central-1:111122223333:x"), "", "", "ValidationException: " + textNoTarget},
		{"another", aws.String(bucket), types.DeliveryDestinationTypeCwl, "", "ValidationException: " + textNoTarget},
	} {
		in := &cloudwatchlogs.PutDeliveryDestinationInput{Name: &tt.name, DeliveryDestinationType: tt.kind, OutputFormat: types.OutputFormatJson}
		if tt.target != nil {
			in.DeliveryDestinationConfiguration = &types.DeliveryDestinationConfiguration{DestinationResourceArn: tt.target}
		}
		out, err := l.PutDeliveryDestination(l.ctx, in)
		l.want("PutDeliveryDestination "+tt.name, err, tt.err)
		if err == nil && out.DeliveryDestination.DeliveryDestinationType != tt.want {
			t.Errorf("PutDeliveryDestination %s is of type %s, want %s", tt.name, out.DeliveryDestination.DeliveryDestinationType, tt.want)
		}
	}
	in := &cloudwatchlogs.PutDeliveryDestinationInput{
		Name: aws.String("bucket"), OutputFormat: types.OutputFormatPlain,
		DeliveryDestinationConfiguration: &types.DeliveryDestinationConfiguration{DestinationResourceArn: aws.String(bucket)},
	}
	_, err := l.PutDeliveryDestination(l.ctx, in)
	l.want("PutDeliveryDestination with another format", err, "ValidationException: "+textNewFormat)
	in.OutputFormat, in.Tags = "", map[string]string{"a": "b"}
	_, err = l.PutDeliveryDestination(l.ctx, in)
	l.want("PutDeliveryDestination with tags again", err, "ConflictException: "+textTags)
}

func TestDestinationPolicies(t *testing.T) {
	l := newLab(t)
	l.want("PutDeliveryDestination", l.destination("archive", bucket), "")
	get := func() string {
		out, err := l.GetDeliveryDestinationPolicy(l.ctx, &cloudwatchlogs.GetDeliveryDestinationPolicyInput{DeliveryDestinationName: aws.String("archive")})
		l.want("GetDeliveryDestinationPolicy", err, "")
		return aws.ToString(out.Policy.DeliveryDestinationPolicy)
	}
	put := func(name, policy string) error {
		_, err := l.PutDeliveryDestinationPolicy(l.ctx, &cloudwatchlogs.PutDeliveryDestinationPolicyInput{DeliveryDestinationName: &name, DeliveryDestinationPolicy: &policy})
		return err
	}
	if got := get(); got != "" {
		t.Errorf("policy before there is one = %q", got)
	}
	l.want("PutDeliveryDestinationPolicy", put("archive", `{"Statement":[]}`), "")
	l.want("PutDeliveryDestination again", l.destination("archive", bucket+"2"), "")
	if got := get(); got != `{"Statement":[]}` {
		t.Errorf("policy = %q", got)
	}
	l.want("PutDeliveryDestinationPolicy of no JSON", put("archive", "x"), "ValidationException: "+textPolicy)
	l.want("PutDeliveryDestinationPolicy of none", put("none", "{}"), "ResourceNotFoundException: "+textDestinationMissing)
	_, err := l.DeleteDeliveryDestinationPolicy(l.ctx, &cloudwatchlogs.DeleteDeliveryDestinationPolicyInput{DeliveryDestinationName: aws.String("archive")})
	l.want("DeleteDeliveryDestinationPolicy", err, "")
	if got := get(); got != "" {
		t.Errorf("policy after it was deleted = %q", got)
	}
}

func TestCreateDeliveryRefuses(t *testing.T) {
	l := newLab(t)
	l.want("PutDeliverySource", l.source("mail", mailbox, "ACCESS_CONTROL_LOGS"), "")
	for name, target := range map[string]string{"archive": bucket, "other": bucket + "2", "group": group} {
		l.want("PutDeliveryDestination", l.destination(name, target), "")
	}
	for _, tt := range []struct{ source, destination, want string }{
		{"mail", "archive", ""},
		{"mail", "archive", "ConflictException: " + textDeliveryExists},
		{"mail", "other", "ConflictException: " + textSameType},
		{"mail", "group", ""},
		{"none", "archive", "ResourceNotFoundException: " + textSourceMissing},
		{"mail", "none", "ResourceNotFoundException: " + textDestinationMissing},
	} {
		_, err := l.delivery(tt.source, tt.destination)
		l.want("CreateDelivery from "+tt.source+" to "+tt.destination, err, tt.want)
	}
	_, err := l.CreateDelivery(servicetest.As("444455556666"), &cloudwatchlogs.CreateDeliveryInput{DeliverySourceName: aws.String("mail"), DeliveryDestinationArn: aws.String("x")})
	l.want("CreateDelivery of another account", err, "ResourceNotFoundException: "+textSourceMissing)
}

// TestSettingsOfS3 checks that what is for S3 only is refused elsewhere, with what else the request has.
func TestSettingsOfS3(t *testing.T) {
	l := newLab(t)
	l.want("PutDeliverySource", l.source("mail", mailbox, "ACCESS_CONTROL_LOGS"), "")
	l.want("PutDeliveryDestination", l.destination("group", group), "")
	settings := &types.S3DeliveryConfiguration{SuffixPath: aws.String("{yyyy}")}
	refused := "ValidationException: " + textNoSettings
	_, err := l.CreateDelivery(l.ctx, &cloudwatchlogs.CreateDeliveryInput{
		DeliverySourceName: aws.String("mail"), DeliveryDestinationArn: aws.String("arn:aws:logs:eu-central-1:111122223333:delivery-destination:group"),
		S3DeliveryConfiguration: settings,
	})
	l.want("CreateDelivery to a group with settings of S3", err, refused)
	id, err := l.delivery("mail", "group")
	l.want("CreateDelivery", err, "")
	_, err = l.UpdateDeliveryConfiguration(l.ctx, &cloudwatchlogs.UpdateDeliveryConfigurationInput{Id: &id, RecordFields: []string{"a"}, S3DeliveryConfiguration: settings})
	l.want("UpdateDeliveryConfiguration with settings of S3", err, refused)
	if got, err := l.GetDelivery(l.ctx, &cloudwatchlogs.GetDeliveryInput{Id: &id}); err != nil || got.Delivery.RecordFields != nil {
		t.Errorf("GetDelivery after a refused update = %+v, %v, want no fields", got, err)
	}
}

func TestTagsOfAWS(t *testing.T) {
	l := newLab(t)
	tags, want := map[string]string{"AWS:x": "y"}, "ValidationException: "+refuse.TextReservedTag
	_, err := l.PutDeliverySource(l.ctx, &cloudwatchlogs.PutDeliverySourceInput{
		Name: aws.String("mail"), ResourceArn: aws.String(mailbox), LogType: aws.String("ACCESS_CONTROL_LOGS"), Tags: tags,
	})
	l.want("PutDeliverySource", err, want)
	_, err = l.PutDeliveryDestination(l.ctx, &cloudwatchlogs.PutDeliveryDestinationInput{
		Name: aws.String("archive"), Tags: tags, DeliveryDestinationConfiguration: &types.DeliveryDestinationConfiguration{DestinationResourceArn: aws.String(bucket)},
	})
	l.want("PutDeliveryDestination", err, want)
	_, err = l.CreateDelivery(l.ctx, &cloudwatchlogs.CreateDeliveryInput{DeliverySourceName: aws.String("mail"), DeliveryDestinationArn: aws.String("x"), Tags: tags})
	l.want("CreateDelivery", err, want)
}

func TestFormatsOfDestinations(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		target string
		format types.OutputFormat
		want   string
	}{
		{bucket, types.OutputFormatParquet, ""},
		{group, types.OutputFormatParquet, "ValidationException: The outputFormat parquet is not supported for delivery destinations of type CWL."},
		{group, types.OutputFormatW3c, "ValidationException: The outputFormat w3c is not supported for delivery destinations of type CWL."},
		{group, types.OutputFormatPlain, ""},
	} {
		_, err := l.PutDeliveryDestination(l.ctx, &cloudwatchlogs.PutDeliveryDestinationInput{
			Name: aws.String(string(tt.format)), OutputFormat: tt.format,
			DeliveryDestinationConfiguration: &types.DeliveryDestinationConfiguration{DestinationResourceArn: &tt.target},
		})
		l.want("PutDeliveryDestination of "+string(tt.format)+" to "+tt.target, err, tt.want)
	}
}

func TestListsAndLimits(t *testing.T) {
	l := newLab(t)
	for i := range 60 {
		l.want("PutDeliverySource", l.source(fmt.Sprintf("s%02d", i), fmt.Sprint(mailbox, i), "ACCESS_CONTROL_LOGS"), "")
		l.want("PutDeliveryDestination", l.destination(fmt.Sprintf("d%02d", i), bucket), "")
		_, err := l.delivery(fmt.Sprintf("s%02d", i), fmt.Sprintf("d%02d", i))
		l.want("CreateDelivery", err, "")
	}
	quota := "ServiceQuotaExceededException: " + textQuota
	l.want("the sixty-first PutDeliverySource", l.source("s60", mailbox, "ACCESS_CONTROL_LOGS"), quota)
	l.want("the sixty-first PutDeliveryDestination", l.destination("d60", bucket), quota)
	l.want("PutDeliverySource again", l.source("s00", mailbox+"0", "ACCESS_CONTROL_LOGS"), "")
	first, err := l.DescribeDeliverySources(l.ctx, &cloudwatchlogs.DescribeDeliverySourcesInput{})
	if err != nil || len(first.DeliverySources) != 50 || *first.DeliverySources[0].Name != "s00" {
		t.Fatalf("DescribeDeliverySources = %d, %v", len(first.DeliverySources), err)
	}
	rest, err := l.DescribeDeliverySources(l.ctx, &cloudwatchlogs.DescribeDeliverySourcesInput{NextToken: first.NextToken})
	if err != nil || len(rest.DeliverySources) != 10 || rest.NextToken != nil {
		t.Errorf("the rest = %d, %v", len(rest.DeliverySources), err)
	}
	if out, err := l.DescribeDeliveryDestinations(l.ctx, &cloudwatchlogs.DescribeDeliveryDestinationsInput{Limit: aws.Int32(7)}); err != nil || len(out.DeliveryDestinations) != 7 {
		t.Errorf("DescribeDeliveryDestinations = %+v, %v, want 7", out, err)
	}
	if out, err := l.DescribeDeliveries(l.ctx, &cloudwatchlogs.DescribeDeliveriesInput{}); err != nil || len(out.Deliveries) != 50 {
		t.Errorf("DescribeDeliveries = %+v, %v, want 50", out, err)
	}
	_, err = l.DescribeDeliveries(l.ctx, &cloudwatchlogs.DescribeDeliveriesInput{NextToken: first.NextToken})
	l.want("DescribeDeliveries with another list's token", err, "ValidationException: "+"The specified nextToken is invalid.")
}

func TestDescribeConfigurationTemplates(t *testing.T) {
	l := newLab(t)
	out, err := l.DescribeConfigurationTemplates(l.ctx, &cloudwatchlogs.DescribeConfigurationTemplatesInput{
		Service: aws.String("workmail"), LogTypes: []string{"ACCESS_CONTROL_LOGS"}, DeliveryDestinationTypes: []types.DeliveryDestinationType{"S3", "CWL"},
	})
	if err != nil || len(out.ConfigurationTemplates) != 2 || !slices.Contains(out.ConfigurationTemplates[1].AllowedOutputFormats, types.OutputFormatParquet) {
		t.Errorf("DescribeConfigurationTemplates = %+v, %v, want those to a group and to S3", out, err)
	}
	seen := map[string]bool{}
	in := &cloudwatchlogs.DescribeConfigurationTemplatesInput{}
	for {
		out, err := l.DescribeConfigurationTemplates(l.ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.ConfigurationTemplates {
			seen[*c.Service+*c.LogType+string(c.DeliveryDestinationType)] = true
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	if want := len(templates()); len(seen) != want {
		t.Errorf("DescribeConfigurationTemplates in pages = %d, want %d", len(seen), want)
	}
}
