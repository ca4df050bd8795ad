package deliveries

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// logTypes are the services that can be sources, as their ARNs have them, and what logs they send (PutDeliverySource in the API reference).
// [R] Where it names a product only, the service is the one of the product's ARNs.
var logTypes = map[string][]string{
	"amplify":              {"ACCESS_LOGS", "WAF_LOGS"},
	"bedrock":              {"APPLICATION_LOGS", "EVENT_LOGS", "TRACES"},
	"bedrock-agentcore":    {"APPLICATION_LOGS", "TRACES", "USAGE_LOGS"},
	"cloudfront":           {"ACCESS_LOGS"},
	"codewhisperer":        {"EVENT_LOGS"},
	"ec2":                  {"EVENT_LOGS"},
	"ecs":                  {"ACTION_LOGS"},
	"eks":                  eksTypes,
	"elasticloadbalancing": {"ALB_ACCESS_LOGS", "ALB_CONNECTION_LOGS", "ALB_HEALTH_CHECK_LOGS", "NLB_ACCESS_LOGS"},
	"entityresolution":     {"WORKFLOW_LOGS"},
	"events":               {"ERROR_LOGS", "INFO_LOGS"},
	"logs":                 {"INSIGHTS_QUERY_LOGS"},
	"mediapackage":         {"EGRESS_ACCESS_LOGS", "INGRESS_ACCESS_LOGS"},
	"mediapackagev2":       {"EGRESS_ACCESS_LOGS", "INGRESS_ACCESS_LOGS"},
	"mediatailor":          {"AD_DECISION_SERVER_LOGS", "MANIFEST_SERVICE_LOGS", "TRANSCODE_LOGS"},
	"network-firewall":     {"ALERT_LOGS", "ALLOW_LOGS", "DENY_LOGS"},
	"pcs":                  {"PCS_JOBCOMP_LOGS", "PCS_SCALING_LOGS", "PCS_SCHEDULER_AUDIT_LOGS", "PCS_SCHEDULER_LOGS"},
	"qbusiness":            {"EVENT_LOGS", "SYNC_JOB_LOGS"},
	"qdeveloper":           {"EVENT_LOGS"},
	"quicksight": {
		"AGENT_HOURS_LOGS", "AGENT_METADATA_LOGS", "CHAT_LOGS", "DLP_LOGS", "FEEDBACK_LOGS", "INDEX_USAGE_LOGS", "KB_FILE_SYNC_LOGS",
	},
	"route53globalresolver": {"GLOBAL_RESOLVER_LOGS"},
	"rtbfabric":             {"APPLICATION_LOGS"},
	"s3":                    {"S3_SERVER_ACCESS_LOGS"},
	"securityhub":           {"SECURITY_FINDING_LOGS"},
	"ses":                   {"APPLICATION_LOG", "APPLICATION_LOGS", "TRAFFIC_POLICY_DEBUG_LOGS"},
	"shield":                {"FLOW_LOGS"},
	"sso":                   {"ERROR_LOGS"},
	"wisdom":                {"EVENT_LOGS"},
	"workmail": {
		"ACCESS_CONTROL_LOGS", "AUTHENTICATION_LOGS", "WORKMAIL_AVAILABILITY_PROVIDER_LOGS", "WORKMAIL_MAILBOX_ACCESS_LOGS",
		"WORKMAIL_PERSONAL_ACCESS_TOKEN_LOGS",
	},
}

var eksTypes = []string{
	"AUTO_MODE_BLOCK_STORAGE_LOGS", "AUTO_MODE_COMPUTE_LOGS", "AUTO_MODE_IPAM_LOGS", "AUTO_MODE_LOAD_BALANCING_LOGS",
	"EKS_CAPABILITY_ACK_LOGS", "EKS_CAPABILITY_ARGOCD_APPLICATIONSET_LOGS", "EKS_CAPABILITY_ARGOCD_APPLICATION_LOGS",
	"EKS_CAPABILITY_ARGOCD_COMMITSERVER_LOGS", "EKS_CAPABILITY_ARGOCD_REPOSERVER_LOGS", "EKS_CAPABILITY_ARGOCD_SERVER_LOGS",
	"EKS_CAPABILITY_KRO_LOGS",
}

// formats are the output formats by type of destination.
var formats = map[types.DeliveryDestinationType][]types.OutputFormat{
	types.DeliveryDestinationTypeCwl: {types.OutputFormatJson, types.OutputFormatPlain},
	types.DeliveryDestinationTypeFh:  {types.OutputFormatJson, types.OutputFormatPlain, types.OutputFormatRaw},
	types.DeliveryDestinationTypeS3: {
		types.OutputFormatJson, types.OutputFormatPlain, types.OutputFormatW3c, types.OutputFormatRaw, types.OutputFormatParquet,
	},
}

// DescribeConfigurationTemplates lists which service sends which logs where, by service, log type and destination. [R] Fields and
// resource types are not known here: a template has none, so that a request for some resource types finds nothing.
func (s *Service) DescribeConfigurationTemplates(ctx context.Context, in *cloudwatchlogs.DescribeConfigurationTemplatesInput) (*cloudwatchlogs.DescribeConfigurationTemplatesOutput, error) {
	found := []types.ConfigurationTemplate{}
	for _, t := range templates() {
		if wanted(t, in) {
			found = append(found, t)
		}
	}
	words := []string{"DescribeConfigurationTemplates"}
	if in.Service != nil {
		words = append(words, *in.Service)
	}
	words = append(append(words, in.LogTypes...), in.ResourceTypes...)
	for _, t := range in.DeliveryDestinationTypes {
		words = append(words, string(t))
	}
	list := documents.List{Sealer: s.opts.Sealer, Purpose: strings.Join(words, "\x00"), Token: in.NextToken, Limit: documents.Limit(in.Limit, pageSize, pageSize)}
	found, next, err := documents.Page(ctx, list, found, func(t types.ConfigurationTemplate) string {
		return *t.Service + "/" + *t.LogType + "/" + string(t.DeliveryDestinationType)
	})
	if err != nil {
		return nil, refuse.ValidToken(err)
	}
	return &cloudwatchlogs.DescribeConfigurationTemplatesOutput{ConfigurationTemplates: found, NextToken: next}, nil
}

// templates returns all templates in order.
func templates() []types.ConfigurationTemplate {
	var all []types.ConfigurationTemplate
	for _, service := range slices.Sorted(maps.Keys(logTypes)) {
		for _, logType := range slices.Sorted(slices.Values(logTypes[service])) {
			if logType == "TRACES" {
				all = append(all, types.ConfigurationTemplate{Service: &service, LogType: &logType, DeliveryDestinationType: types.DeliveryDestinationTypeXray})
				continue
			}
			for _, to := range slices.Sorted(maps.Keys(formats)) {
				all = append(all, types.ConfigurationTemplate{Service: &service, LogType: &logType, DeliveryDestinationType: to, AllowedOutputFormats: formats[to]})
			}
		}
	}
	return all
}

// wanted tells whether a request asks for t.
func wanted(t types.ConfigurationTemplate, in *cloudwatchlogs.DescribeConfigurationTemplatesInput) bool {
	switch {
	case in.Service != nil && *in.Service != *t.Service, len(in.ResourceTypes) > 0:
		return false
	case len(in.LogTypes) > 0 && !slices.Contains(in.LogTypes, *t.LogType):
		return false
	}
	return len(in.DeliveryDestinationTypes) == 0 || slices.Contains(in.DeliveryDestinationTypes, t.DeliveryDestinationType)
}
