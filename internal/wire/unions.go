package wire

import (
	"reflect"

	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	pipes "github.com/aws/aws-sdk-go-v2/service/pipes/types"
	traces "github.com/aws/aws-sdk-go-v2/service/xray/types"

	"github.com/groundwatch/groundwatch/internal/model"
)

// sdkUnions are the unions of the SDK's types. Reflection does not find what implements an interface; TestUnions tells
// when a member is missing here. Of streams of events, those of the operations that we have are known.
func sdkUnions(_ *model.Shape, iface reflect.Type, member string) reflect.Type {
	for _, v := range variants(iface) {
		if v.Name() == iface.Name()+"Member"+GoName(member) {
			return v
		}
	}
	return nil
}

// variants returns the structs whose pointers implement the union iface.
func variants(iface reflect.Type) []reflect.Type {
	switch iface {
	case reflect.TypeFor[metrics.EvaluationCriteria]():
		return []reflect.Type{
			reflect.TypeFor[metrics.EvaluationCriteriaMemberPromQLCriteria](),
		}
	case reflect.TypeFor[metrics.EvaluationWindow]():
		return []reflect.Type{
			reflect.TypeFor[metrics.EvaluationWindowMemberSlidingWindow](),
			reflect.TypeFor[metrics.EvaluationWindowMemberWallClockWindow](),
		}
	case reflect.TypeFor[logs.IntegrationDetails]():
		return []reflect.Type{
			reflect.TypeFor[logs.IntegrationDetailsMemberOpenSearchIntegrationDetails](),
		}
	case reflect.TypeFor[logs.ResourceConfig]():
		return []reflect.Type{
			reflect.TypeFor[logs.ResourceConfigMemberOpenSearchResourceConfig](),
		}
	case reflect.TypeFor[logs.StartLiveTailResponseStream]():
		return []reflect.Type{
			reflect.TypeFor[logs.StartLiveTailResponseStreamMemberSessionStart](),
			reflect.TypeFor[logs.StartLiveTailResponseStreamMemberSessionUpdate](),
		}
	case reflect.TypeFor[pipes.MQBrokerAccessCredentials]():
		return []reflect.Type{
			reflect.TypeFor[pipes.MQBrokerAccessCredentialsMemberBasicAuth](),
		}
	case reflect.TypeFor[pipes.MSKAccessCredentials]():
		return []reflect.Type{
			reflect.TypeFor[pipes.MSKAccessCredentialsMemberClientCertificateTlsAuth](),
			reflect.TypeFor[pipes.MSKAccessCredentialsMemberSaslScram512Auth](),
		}
	case reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentials]():
		return []reflect.Type{
			reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentialsMemberBasicAuth](),
			reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentialsMemberClientCertificateTlsAuth](),
			reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentialsMemberSaslScram256Auth](),
			reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentialsMemberSaslScram512Auth](),
		}
	case reflect.TypeFor[traces.AnnotationValue]():
		return []reflect.Type{
			reflect.TypeFor[traces.AnnotationValueMemberBooleanValue](),
			reflect.TypeFor[traces.AnnotationValueMemberNumberValue](),
			reflect.TypeFor[traces.AnnotationValueMemberStringValue](),
		}
	case reflect.TypeFor[traces.IndexingRuleValue]():
		return []reflect.Type{
			reflect.TypeFor[traces.IndexingRuleValueMemberProbabilistic](),
		}
	case reflect.TypeFor[traces.IndexingRuleValueUpdate]():
		return []reflect.Type{
			reflect.TypeFor[traces.IndexingRuleValueUpdateMemberProbabilistic](),
		}
	}
	return nil
}
