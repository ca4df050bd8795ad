package logs

import "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

// entityKeys are the key attributes that there are (Entity in the API reference).
var entityKeys = map[string]bool{"Type": true, "ResourceType": true, "Identifier": true, "Name": true, "Environment": true, "AwsAccountId": true}

// entityTypes are what the key attribute Type may be (CloudWatch User Guide, adding your own related telemetry).
var entityTypes = map[string]bool{"Service": true, "RemoteService": true, "Resource": true, "AWS::Resource": true, "AWS::Service": true}

// rejectEntity returns why the entity of a PutLogEvents is not taken; nil if it is, or there is none. Events are taken all the
// same. [R] In which order AWS looks for these faults is not known, nor every type that it takes.
func rejectEntity(e *types.Entity, g *Group) *types.RejectedEntityInfo {
	if e == nil {
		return nil
	}
	reject := func(t types.EntityRejectionErrorType) *types.RejectedEntityInfo {
		return &types.RejectedEntityInfo{ErrorType: t}
	}
	if g.Class != types.LogGroupClassStandard {
		return reject(types.EntityRejectionErrorTypeUnsupportedLogGroupType)
	}
	for name := range e.KeyAttributes {
		if !entityKeys[name] {
			return reject(types.EntityRejectionErrorTypeInvalidKeyAttribute)
		}
	}
	kind, named := e.KeyAttributes["Type"]
	switch {
	case !named || len(e.KeyAttributes) < 2:
		return reject(types.EntityRejectionErrorTypeMissingRequiredFields)
	case !entityTypes[kind]:
		return reject(types.EntityRejectionErrorTypeInvalidTypeValue)
	}
	return nil
}
