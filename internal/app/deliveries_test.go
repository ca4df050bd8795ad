package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
)

// TestDeliveriesAndTheirTags makes a delivery as Terraform does, and tags what it is made of.
func TestDeliveriesAndTheirTags(t *testing.T) {
	r := start(t, settings(t, forTests))
	c, ctx := r.client("111122223333", "x"), t.Context()
	src, err := c.PutDeliverySource(ctx, &cloudwatchlogs.PutDeliverySourceInput{
		Name: aws.String("site"), ResourceArn: aws.String("arn:aws:cloudfront::111122223333:distribution/E1"), LogType: aws.String("ACCESS_LOGS"),
		Tags: map[string]string{"team": "labels"},
	})
	if err != nil {
		t.Fatalf("PutDeliverySource() = %v", err)
	}
	dst, err := c.PutDeliveryDestination(ctx, &cloudwatchlogs.PutDeliveryDestinationInput{
		Name: aws.String("archive"), DeliveryDestinationConfiguration: &types.DeliveryDestinationConfiguration{DestinationResourceArn: aws.String("arn:aws:s3:::logs")},
	})
	if err != nil {
		t.Fatalf("PutDeliveryDestination() = %v", err)
	}
	made, err := c.CreateDelivery(ctx, &cloudwatchlogs.CreateDeliveryInput{DeliverySourceName: aws.String("site"), DeliveryDestinationArn: dst.DeliveryDestination.Arn})
	if err != nil {
		t.Fatalf("CreateDelivery() = %v", err)
	}
	put(t, c, "/labels/web", "a", "x")
	detector, err := c.CreateLogAnomalyDetector(ctx, &cloudwatchlogs.CreateLogAnomalyDetectorInput{
		LogGroupArnList: []string{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web"},
	})
	if err != nil {
		t.Fatalf("CreateLogAnomalyDetector() = %v", err)
	}
	for arn, want := range map[string]string{
		*src.DeliverySource.Arn: "map[size:ü team:labels]", *dst.DeliveryDestination.Arn: "map[size:ü]", *made.Delivery.Arn: "map[size:ü]",
		*detector.AnomalyDetectorArn: "map[size:ü]",
	} {
		if _, err := c.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"size": "ü", "gone": ""}}); err != nil {
			t.Errorf("TagResource(%s) = %v", arn, err)
		}
		if _, err := c.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"gone"}}); err != nil {
			t.Errorf("UntagResource(%s) = %v", arn, err)
		}
		out, err := c.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn})
		if err != nil || fmt.Sprint(out.Tags) != want {
			t.Errorf("ListTagsForResource(%s) = %+v, %v, want %s", arn, out, err, want)
		}
		other := arn + "0"
		_, err = c.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &other})
		if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
			t.Errorf("ListTagsForResource(%s) = %v, want ResourceNotFoundException", other, err)
		}
		_, err = c.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"aws:x": "y"}})
		if _, ok := errors.AsType[*types.InvalidParameterException](err); !ok {
			t.Errorf("TagResource(%s) with a tag of AWS's = %v, want InvalidParameterException", arn, err)
		}
	}
}

// TestWhatIsElsewhereSaysSo calls operations with inputs and answers of unusual forms: a union, a stream, a list.
func TestWhatIsElsewhereSaysSo(t *testing.T) {
	r := start(t, settings(t, forTests))
	c, ctx := r.client("111122223333", "x"), t.Context()
	put(t, c, "/labels/web", "a", "x")
	_, integration := c.PutIntegration(ctx, &cloudwatchlogs.PutIntegrationInput{
		IntegrationName: aws.String("search"), IntegrationType: types.IntegrationTypeOpensearch,
		ResourceConfig: &types.ResourceConfigMemberOpenSearchResourceConfig{Value: types.OpenSearchResourceConfig{
			DashboardViewerPrincipals: []string{"arn:aws:iam::111122223333:role/a"}, DataSourceRoleArn: aws.String("arn:aws:iam::111122223333:role/a"), RetentionDays: aws.Int32(7),
		}},
	})
	_, object := c.GetLogObject(ctx, &cloudwatchlogs.GetLogObjectInput{LogObjectPointer: aws.String("p")}, withoutPrefix)
	_, task := c.CreateImportTask(ctx, &cloudwatchlogs.CreateImportTaskInput{
		ImportSourceArn: aws.String("arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/x"), ImportRoleArn: aws.String("arn:aws:iam::111122223333:role/a"),
	})
	for call, err := range map[string]error{"PutIntegration": integration, "GetLogObject": object, "CreateImportTask": task} {
		var api smithy.APIError
		if !errors.As(err, &api) || !strings.Contains(api.ErrorMessage(), "not available on this server") {
			t.Errorf("%s() = %v, want that it is not available on this server", call, err)
		}
	}
	if out, err := c.DescribeImportTasks(ctx, &cloudwatchlogs.DescribeImportTasksInput{}); err != nil || len(out.Imports) != 0 {
		t.Errorf("DescribeImportTasks() = %+v, %v, want none", out, err)
	}
	if _, err := c.PutStorageTierPolicy(ctx, &cloudwatchlogs.PutStorageTierPolicyInput{StorageTier: types.StorageTierIntelligentTiering}); err != nil {
		t.Errorf("PutStorageTierPolicy() = %v", err)
	}
	if out, err := c.GetStorageTierPolicy(ctx, &cloudwatchlogs.GetStorageTierPolicyInput{}); err != nil || out.StorageTier != types.StorageTierIntelligentTiering || aws.ToInt64(out.LastUpdatedTime) == 0 {
		t.Errorf("GetStorageTierPolicy() = %+v, %v", out, err)
	}
	if _, err := c.PutSyslogConfiguration(ctx, &cloudwatchlogs.PutSyslogConfigurationInput{LogGroupIdentifier: aws.String("/labels/web"), VpcEndpointId: aws.String("vpce-1")}); err != nil {
		t.Errorf("PutSyslogConfiguration() = %v", err)
	}
	if out, err := c.ListSyslogConfigurations(ctx, &cloudwatchlogs.ListSyslogConfigurationsInput{}); err != nil || len(out.SyslogConfigurations) != 1 {
		t.Errorf("ListSyslogConfigurations() = %+v, %v, want one", out, err)
	}
}
