package logs

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// settingKind is of what a tenant has one of.
const settingKind catalog.Kind = "log-setting"

// queryKeySetting is the name of the key that results of queries are sealed with.
const queryKeySetting = "query-result-key"

// A queryKey is what the catalog keeps under queryKeySetting.
type queryKey struct {
	KMSKey string `json:"kms,omitempty"` // the key's ARN; "" for none
}

// queryResults is the resource that stands for the results of all queries of an account.
const queryResults = "query-result:*"

// AssociateKmsKey sets the key of a group, or of the results of queries. Nothing is sealed with it yet.
func (s *Service) AssociateKmsKey(ctx context.Context, in *cloudwatchlogs.AssociateKmsKeyInput) (*cloudwatchlogs.AssociateKmsKeyOutput, error) {
	return &cloudwatchlogs.AssociateKmsKeyOutput{}, s.setKey(ctx, in.LogGroupName, in.ResourceIdentifier, in.KmsKeyId)
}

// DisassociateKmsKey takes the key of a group, or of the results of queries, away.
func (s *Service) DisassociateKmsKey(ctx context.Context, in *cloudwatchlogs.DisassociateKmsKeyInput) (*cloudwatchlogs.DisassociateKmsKeyOutput, error) {
	return &cloudwatchlogs.DisassociateKmsKeyOutput{}, s.setKey(ctx, in.LogGroupName, in.ResourceIdentifier, nil)
}

// setKey sets the key of what is named by one of group and resource; nil takes it away.
func (s *Service) setKey(ctx context.Context, group, resource, key *string) error {
	if (group == nil) == (resource == nil) {
		return refuse.InvalidParameter("Exactly one of logGroupName and resourceIdentifier must be specified.") // ours [R]
	}
	t := tenantOf(ctx)
	name := aws.ToString(group)
	if resource != nil {
		own, isOwn := t.ownResource(*resource, "")
		if isOwn && own == queryResults {
			return s.setQueryKey(ctx, key)
		}
		var err error
		if name, err = t.groupName(*resource); err != nil {
			return err
		}
	}
	if key != nil {
		if err := checkKey(*key, name); err != nil {
			return err
		}
	}
	return s.changeGroup(ctx, name, func(g *Group) ([]catalog.Change, error) {
		g.KMSKey = aws.ToString(key)
		return nil, nil
	})
}

func (s *Service) setQueryKey(ctx context.Context, key *string) error {
	if key != nil {
		if err := checkKey(*key, queryResults); err != nil {
			return err
		}
	}
	settings := documents.Kind[queryKey]{Catalog: s.catalog, Name: settingKind}
	err := settings.Update(ctx, queryKeySetting, func(doc *queryKey, _ bool) error {
		doc.KMSKey = aws.ToString(key)
		return nil
	})
	if fault.Is(err, fault.Conflict) {
		return refuse.Aborted()
	}
	return err
}

// checkKey refuses what is not the ARN of a KMS key. Whether there is such a key is not known here.
func checkKey(key, resource string) error {
	if err := checkLength(key, "kmsKeyId", 256); err != nil {
		return err
	}
	a, err := arn.Parse(key)
	if err != nil || a.Service != "kms" || !strings.HasPrefix(a.Resource, "key/") || a.Resource == "key/" {
		return refuse.InvalidParameter("The specified KMS Key Id could not be found. '%s'", resource)
	}
	return nil
}
