package validate

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrictypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

// A recording is an error that AWS answered.
type recording struct {
	Service, Test, Key, Code, Message string
	Status                            int // 0 if it was not recorded
}

// A provocation is a request that AWS answered with a recorded error.
type provocation struct {
	test, key string
	operation string
	in        any
	// alter makes the recorded text the one of this request, where the recording was changed or is of an older model.
	alter func(string) string
}

func recordings(t *testing.T) map[string]recording {
	t.Helper()
	text, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []recording
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	byName := map[string]recording{}
	for _, r := range list {
		_, name, _ := strings.Cut(r.Test, "::")
		byName[name+"/"+r.Key] = r
	}
	return byName
}

// tables returns all operations of the services that errors were recorded of.
func tables(t *testing.T) map[string]*wire.Table {
	return map[string]*wire.Table{
		"logs":       wiretest.New(t, func(c aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c) }).Table,
		"cloudwatch": wiretest.New(t, func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) }).Table,
		"events":     wiretest.New(t, func(c aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(c) }).Table,
		"kms":        wiretest.New(t, func(c aws.Config) *kms.Client { return kms.NewFromConfig(c) }).Table,
		"sns":        wiretest.New(t, func(c aws.Config) *sns.Client { return sns.NewFromConfig(c) }).Table,
		"sts":        wiretest.New(t, func(c aws.Config) *sts.Client { return sts.NewFromConfig(c) }).Table,
	}
}

func operation(t *testing.T, table *wire.Table, name string) *wire.Operation {
	t.Helper()
	o, err := table.Find(table.Services()[0], name)
	if err != nil {
		t.Fatalf("Find(%s): %v", name, err)
	}
	return o
}

func checks(t *testing.T, o *wire.Operation) *Checks {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRecorded compares codes, statuses and texts with those of AWS.
func TestRecorded(t *testing.T) {
	recorded, all := recordings(t), tables(t)
	for _, p := range provocations() {
		name := p.test + "/" + p.key
		t.Run(name, func(t *testing.T) {
			want, ok := recorded[name]
			if !ok {
				t.Fatalf("nothing recorded under %s", name)
			}
			delete(recorded, name)
			o := operation(t, all[want.Service], p.operation)
			err := checks(t, o).Check(p.in)
			if err == nil {
				t.Fatalf("Check = nil, want %s", want.Message)
			}
			got := o.Explain(err)
			if p.alter != nil {
				want.Message = p.alter(want.Message)
			}
			code := got.Name
			if slices.Contains(o.Service.Protocols, "query") {
				code = got.Code
			}
			if code != want.Code || want.Status != 0 && got.Status != want.Status {
				t.Errorf("Check = %s, %d, want %s, %d", code, got.Status, want.Code, want.Status)
			}
			if got.Message != want.Message {
				t.Errorf("Check = %s\nwant    %s", got.Message, want.Message)
			}
		})
	}
	for name := range recorded {
		t.Errorf("%s was recorded, but is not provoked", name)
	}
}

// spelled returns a function that puts in what a recording has a placeholder for.
func spelled(placeholder, text string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, placeholder, text) }
}

var long = strings.Repeat("x", 65)

func provocations() []provocation {
	return append(append(logProvocations(), eventProvocations()...), otherProvocations()...)
}

func logProvocations() []provocation {
	transformation := func(n string) logtypes.MetricTransformation {
		return logtypes.MetricTransformation{MetricName: aws.String("metric" + n), MetricNamespace: aws.String("namespace" + n), MetricValue: aws.String("1")}
	}
	filter := func(name, pattern string, ts ...logtypes.MetricTransformation) *cloudwatchlogs.PutMetricFilterInput {
		return &cloudwatchlogs.PutMetricFilterInput{LogGroupName: aws.String("g"), FilterName: &name, FilterPattern: &pattern, MetricTransformations: ts}
	}
	return []provocation{
		{test: "test_put_delivery_destination_invalid_format", key: "error-invalid-format", operation: "PutDeliveryDestination",
			in: &cloudwatchlogs.PutDeliveryDestinationInput{Name: aws.String("d"), OutputFormat: "foobar"}},
		{test: "test_get_log_events_limit_validation", key: "error-limit-exceeded", operation: "GetLogEvents",
			in: &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), Limit: aws.Int32(10001)}},
		{test: "test_put_metric_filter_invalid_filter_name", key: "error-invalid-filter-name", operation: "PutMetricFilter",
			in: filter(strings.Repeat("X", 513), "p", transformation("1"))},
		{test: "test_put_metric_filter_invalid_filter_pattern", key: "error-invalid-filter-pattern", operation: "PutMetricFilter",
			in: filter("f", strings.Repeat("X", 1025), transformation("1"))},
		{test: "test_put_metric_filter_too_many_transformations", key: "error-too-many-transformations", operation: "PutMetricFilter",
			in: filter("f", "p", transformation("1"), transformation("2"))},
		{test: "test_describe_metric_filters_invalid_parameters", key: "error-invalid-filter-prefix", operation: "DescribeMetricFilters",
			in: &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: aws.String("g"), FilterNamePrefix: aws.String(strings.Repeat("X", 513))}},
		{test: "test_describe_metric_filters_invalid_parameters", key: "error-invalid-metric-name", operation: "DescribeMetricFilters",
			in: &cloudwatchlogs.DescribeMetricFiltersInput{MetricName: aws.String(strings.Repeat("X", 256)), MetricNamespace: aws.String("n")}},
		{test: "test_create_log_group_invalid_name_length", key: "error-invalid-name-length", operation: "CreateLogGroup",
			in: &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(strings.Repeat("X", 513))}},
	}
}

func eventProvocations() []provocation {
	connection := func(name, auth string) *eventbridge.CreateConnectionInput {
		return &eventbridge.CreateConnectionInput{Name: &name, AuthorizationType: eventtypes.ConnectionAuthorizationType(auth),
			AuthParameters: &eventtypes.CreateConnectionAuthRequestParameters{}}
	}
	target := func(id string) *eventbridge.PutTargetsInput {
		return &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []eventtypes.Target{{Id: &id, Arn: aws.String("arn:aws:sqs:us-east-1:1:q")}}}
	}
	entries := make([]eventtypes.PutEventsRequestEntry, 11)
	for i := range entries {
		entries[i] = eventtypes.PutEventsRequestEntry{Source: aws.String("core.update-account-command"), DetailType: aws.String("core.update-account-command"),
			Detail:       aws.String(`{"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}`),
			EventBusName: aws.String("bus")}
	}
	return []provocation{
		{test: "test_create_connection_invalid_parameters", key: "create-connection-invalid-auth-error", operation: "CreateConnection",
			in: connection("c", "INVALID_AUTH_TYPE")},
		{test: "test_create_connection_name_validation", key: "create-connection-invalid-name-error", operation: "CreateConnection",
			in: connection("Invalid Name With Spaces!", "API_KEY")},
		{test: "test_create_connection_validations", key: "create_connection_exc", operation: "CreateConnection",
			in: connection("This should fail with two errors 123467890123412341234123412341234", "INVALID")},
		{test: "test_create_api_destination_invalid_parameters", key: "create-api-destination-invalid-parameters-error", operation: "CreateApiDestination",
			in: &eventbridge.CreateApiDestinationInput{Name: aws.String("d"), ConnectionArn: aws.String("invalid-connection-arn"),
				HttpMethod: "INVALID_METHOD", InvocationEndpoint: aws.String("https://example.com")}},
		{test: "test_put_events_exceed_limit_ten_entries[custom]", key: "put-events-exceed-limit-error", operation: "PutEvents",
			in: &eventbridge.PutEventsInput{Entries: entries}, alter: spelled("<bus-name>", "bus")},
		{test: "test_put_target_id_validation", key: "put-targets-invalid-id-error", operation: "PutTargets", in: target("!@#$@!#$")},
		{test: "test_put_target_id_validation", key: "put-targets-length-error", operation: "PutTargets", in: target(long),
			alter: spelled("second-invalid-target-id", long)},
	}
}

func otherProvocations() []provocation {
	key := func(spec kmstypes.KeySpec, use kmstypes.KeyUsageType, tags ...kmstypes.Tag) *kms.CreateKeyInput {
		return &kms.CreateKeyInput{KeySpec: spec, KeyUsage: use, Tags: tags}
	}
	tag := func(key, value string) kmstypes.Tag { return kmstypes.Tag{TagKey: &key, TagValue: &value} }
	random := func(n int32) *kms.GenerateRandomInput { return &kms.GenerateRandomInput{NumberOfBytes: &n} }
	attributes := map[string]snstypes.MessageAttributeValue{"attr1": {StringValue: aws.String("v")}}
	// AWS has added key types since.
	newer := func(s string) string {
		head, _, _ := strings.Cut(s, "[")
		return head + "[RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, SYMMETRIC_DEFAULT, " +
			"HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ECC_NIST_EDWARDS25519]"
	}
	return []provocation{
		{test: "test_generate_random_invalid_number_of_bytes[0]", key: "generate-random-exc", operation: "GenerateRandom", in: random(0)},
		{test: "test_generate_random_invalid_number_of_bytes[1025]", key: "generate-random-exc", operation: "GenerateRandom", in: random(1025)},
		{test: "test_hmac_create_key_invalid_operations", key: "create-hmac-key-invalid-spec", operation: "CreateKey",
			in: key("HMAC_random", "GENERATE_VERIFY_MAC"), alter: newer},
		{test: "test_hmac_create_key_invalid_operations", key: "create-hmac-key-invalid-key-usage", operation: "CreateKey", in: key("HMAC_256", "RANDOM"),
			alter: spelled("[ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC]", "[SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT]")},
		{test: "test_invalid_generate_mac[HMAC_256-INVALID]", key: "generate-mac", operation: "GenerateMac",
			in: &kms.GenerateMacInput{KeyId: aws.String("k"), Message: []byte("m"), MacAlgorithm: "INVALID"}},
		{test: "test_plaintext_size_for_encrypt", key: "invalid-plaintext-size-encrypt", operation: "Encrypt",
			in: &kms.EncryptInput{KeyId: aws.String("k"), Plaintext: make([]byte, 4097)}},
		{test: "test_derive_shared_secret", key: "response-invalid-key-agreement-algo", operation: "DeriveSharedSecret",
			in: &kms.DeriveSharedSecretInput{KeyId: aws.String("k"), PublicKey: []byte("p"), KeyAgreementAlgorithm: "INVALID"}},
		{test: "test_key_with_long_tag_value_raises_error", key: "too-long-tag-value", operation: "CreateKey",
			in: key("", "", tag("k", strings.Repeat("v", 257)))},
		{test: "test_create_key_with_invalid_tag_key[too_long_key]", key: "invalid-tag-key", operation: "CreateKey",
			in: key("", "", tag(strings.Repeat("a", 129), "v"))},
		{test: "test_empty_or_wrong_message_attributes", key: "fully_missing_data_type", operation: "Publish",
			in: &sns.PublishInput{Message: aws.String("m"), MessageAttributes: attributes}},
		{test: "test_empty_or_wrong_message_attributes", key: "batch-fully_missing_data_type", operation: "PublishBatch",
			in: &sns.PublishBatchInput{TopicArn: aws.String("t"), PublishBatchRequestEntries: []snstypes.PublishBatchRequestEntry{
				{Id: aws.String("1"), Message: aws.String("m"), MessageAttributes: attributes}}}},
		{test: "test_create_platform_application_invalid_attributes[no-args]", key: "platform-application-no-attributes", operation: "CreatePlatformApplication",
			in: &sns.CreatePlatformApplicationInput{Name: aws.String("n"), Platform: aws.String("p")}},
		{test: "test_sts_invalid_parameters", key: "invalid-session-name", operation: "AssumeRole",
			in: &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111111111111:role/r"), RoleSessionName: aws.String("Session1:2")}},
		{test: "test_exception_serializing_with_no_shape_in_spec[query]", key: "invalid-value-response", operation: "SetAlarmState",
			in: &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("a"), StateValue: metrictypes.StateValue("INVALID"), StateReason: aws.String("r")}},
	}
}
