// Package elsewhere answers the operations of CloudWatch Logs that are about what another service of AWS has: OpenSearch, S3 tables,
// CloudTrail's event data stores, pipelines. None of them runs here, so nothing of theirs exists: who asks for it gets AWS's error for what
// is missing, and a list is empty. Nothing is ever taken and dropped.
package elsewhere

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A Service answers. It keeps nothing.
type Service struct{}

// New returns a service.
func New() *Service { return &Service{} }

// Operations returns all operations.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("AssociateSourceToS3TableIntegration", s.AssociateSourceToS3TableIntegration),
		op.New("CancelImportTask", s.CancelImportTask),
		op.New("CreateImportTask", s.CreateImportTask),
		op.New("DeleteIntegration", s.DeleteIntegration),
		op.New("DescribeImportTaskBatches", s.DescribeImportTaskBatches),
		op.New("DescribeImportTasks", s.DescribeImportTasks),
		op.New("DisassociateSourceFromS3TableIntegration", s.DisassociateSourceFromS3TableIntegration),
		op.New("GetIntegration", s.GetIntegration),
		op.New("GetLogFields", s.GetLogFields),
		op.NewStream[cloudwatchlogs.GetLogObjectInput, cloudwatchlogs.GetLogObjectOutput]("GetLogObject", s.GetLogObject),
		op.New("ListAggregateLogGroupSummaries", s.ListAggregateLogGroupSummaries),
		op.New("ListIntegrations", s.ListIntegrations),
		op.New("ListSourcesForS3TableIntegration", s.ListSourcesForS3TableIntegration),
		op.New("PutIntegration", s.PutIntegration),
	}
}

// missing says that a thing does not exist, and why. [R] AWS's own texts are not known.
func missing(what string, name *string, why string) error {
	return refuse.NotFound("The specified %s %s does not exist. %s", what, aws.ToString(name), why)
}

// Why things do not exist.
const (
	noStores   = "CloudTrail event data stores are not available on this server."
	noTables   = "S3 table integrations are not available on this server."
	noSearch   = "Amazon OpenSearch Service is not available on this server."
	noSources  = "Data sources of pipelines are not available on this server."
	noObjects  = "Log objects are not available on this server: events are stored whole."
	textSearch = "Integrations with Amazon OpenSearch Service are not available on this server."
)

// CreateImportTask fails: there is no event data store.
func (s *Service) CreateImportTask(_ context.Context, in *cloudwatchlogs.CreateImportTaskInput) (*cloudwatchlogs.CreateImportTaskOutput, error) {
	return nil, missing("import source", in.ImportSourceArn, noStores)
}

// CancelImportTask fails: there is no task.
func (s *Service) CancelImportTask(_ context.Context, in *cloudwatchlogs.CancelImportTaskInput) (*cloudwatchlogs.CancelImportTaskOutput, error) {
	return nil, missing("import task", in.ImportId, noStores)
}

// DescribeImportTaskBatches fails: there is no task.
func (s *Service) DescribeImportTaskBatches(_ context.Context, in *cloudwatchlogs.DescribeImportTaskBatchesInput) (*cloudwatchlogs.DescribeImportTaskBatchesOutput, error) {
	return nil, missing("import task", in.ImportId, noStores)
}

// DescribeImportTasks lists no tasks, and finds none by its id.
func (s *Service) DescribeImportTasks(_ context.Context, in *cloudwatchlogs.DescribeImportTasksInput) (*cloudwatchlogs.DescribeImportTasksOutput, error) {
	if in.ImportId != nil {
		return nil, missing("import task", in.ImportId, noStores)
	}
	return &cloudwatchlogs.DescribeImportTasksOutput{Imports: []types.Import{}}, nil
}

// PutIntegration fails: there is no OpenSearch.
func (s *Service) PutIntegration(context.Context, *cloudwatchlogs.PutIntegrationInput) (*cloudwatchlogs.PutIntegrationOutput, error) {
	return nil, refuse.Validation(textSearch)
}

// GetIntegration fails: there is none.
func (s *Service) GetIntegration(_ context.Context, in *cloudwatchlogs.GetIntegrationInput) (*cloudwatchlogs.GetIntegrationOutput, error) {
	return nil, missing("integration", in.IntegrationName, noSearch)
}

// DeleteIntegration fails: there is none.
func (s *Service) DeleteIntegration(_ context.Context, in *cloudwatchlogs.DeleteIntegrationInput) (*cloudwatchlogs.DeleteIntegrationOutput, error) {
	return nil, missing("integration", in.IntegrationName, noSearch)
}

// ListIntegrations lists none.
func (s *Service) ListIntegrations(context.Context, *cloudwatchlogs.ListIntegrationsInput) (*cloudwatchlogs.ListIntegrationsOutput, error) {
	return &cloudwatchlogs.ListIntegrationsOutput{IntegrationSummaries: []types.IntegrationSummary{}}, nil
}

// AssociateSourceToS3TableIntegration fails: there is no integration.
func (s *Service) AssociateSourceToS3TableIntegration(_ context.Context, in *cloudwatchlogs.AssociateSourceToS3TableIntegrationInput) (*cloudwatchlogs.AssociateSourceToS3TableIntegrationOutput, error) {
	return nil, missing("S3 table integration", in.IntegrationArn, noTables)
}

// ListSourcesForS3TableIntegration fails: there is no integration.
func (s *Service) ListSourcesForS3TableIntegration(_ context.Context, in *cloudwatchlogs.ListSourcesForS3TableIntegrationInput) (*cloudwatchlogs.ListSourcesForS3TableIntegrationOutput, error) {
	return nil, missing("S3 table integration", in.IntegrationArn, noTables)
}

// DisassociateSourceFromS3TableIntegration fails: nothing is associated.
func (s *Service) DisassociateSourceFromS3TableIntegration(_ context.Context, in *cloudwatchlogs.DisassociateSourceFromS3TableIntegrationInput) (*cloudwatchlogs.DisassociateSourceFromS3TableIntegrationOutput, error) {
	return nil, missing("source", in.Identifier, noTables)
}

// GetLogFields fails: there is no data source.
func (s *Service) GetLogFields(_ context.Context, in *cloudwatchlogs.GetLogFieldsInput) (*cloudwatchlogs.GetLogFieldsOutput, error) {
	return nil, missing("data source", in.DataSourceName, noSources)
}

// ListAggregateLogGroupSummaries lists nothing: no log group has a data source to be counted by.
func (s *Service) ListAggregateLogGroupSummaries(context.Context, *cloudwatchlogs.ListAggregateLogGroupSummariesInput) (*cloudwatchlogs.ListAggregateLogGroupSummariesOutput, error) {
	return &cloudwatchlogs.ListAggregateLogGroupSummariesOutput{AggregateLogGroupSummaries: []types.AggregateLogGroupSummary{}}, nil
}

// GetLogObject fails: no event was too large for one.
func (s *Service) GetLogObject(_ context.Context, in *cloudwatchlogs.GetLogObjectInput, _ func(types.GetLogObjectResponseStream) error) error {
	return missing("log object", in.LogObjectPointer, noObjects)
}
