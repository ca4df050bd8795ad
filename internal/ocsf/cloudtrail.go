package ocsf

import (
	"slices"
	"strings"
)

// cloudTrail maps CloudTrail's records: of management, data, network activity and insight events.
var cloudTrail = mapping{
	read: func(text string) (*field, error) { return readJSON(text, "eventTime", "eventSource", "eventName") },
	class: func(root *field) *class {
		source, name := root.textAt("eventSource"), root.textAt("eventName")
		switch {
		case accountChanges[name].id != 0 && slices.Contains(accountSources, source):
			return &accountChange
		case authentications[name].id != 0 && slices.Contains(signInSources, source):
			return &authentication
		}
		return &trailActivity
	},
	rules: []rule{
		{"time", paths{"eventTime"}, timed(written), both},
		{"metadata.uid", paths{"eventID"}, text, both},
		{"metadata.event_code", paths{"eventType"}, text, both},
		{"metadata.product.version", paths{"eventVersion"}, text, both},
		{"metadata.product.feature.name", paths{"eventCategory"}, text, both},
		{"cloud.region", paths{"awsRegion"}, text, both},
		{"cloud.account.uid", paths{"recipientAccountId"}, text, v15},
		{"src_endpoint", paths{"sourceIPAddress"}, host, both},
		{"src_endpoint.uid", paths{"vpcEndpointId"}, text, both},
		{"http_request.user_agent", paths{"userAgent"}, text, both},

		{"actor.user.type", paths{"userIdentity.type"}, text, both},
		{"actor.user.uid", paths{"userIdentity.arn"}, text, both},
		{"actor.user.uid_alt", paths{"userIdentity.principalId", "userIdentity.onBehalfOf.userId"}, text, both},
		{"actor.user.name", paths{"userIdentity.userName", "additionalEventData.UserName"}, text, both},
		{"actor.user.account.uid", paths{"userIdentity.accountId"}, text, both},
		{"actor.user.credential_uid", paths{"userIdentity.accessKeyId", "userIdentity.credentialId"}, text, both},
		{"actor.user.name", paths{"userIdentity.invokedBy"}, unless(paths{"actor.user.uid", "actor.user.account"}, text), both}, // the schema requires one [R]
		{"actor.session.created_time_dt", paths{"userIdentity.sessionContext.attributes.creationDate"}, dated(written), both},
		{"actor.session.is_mfa", paths{"userIdentity.sessionContext.attributes.mfaAuthenticated"}, truth, both},
		{"actor.session.issuer", paths{"userIdentity.sessionContext.sessionIssuer.arn"}, text, both},
		{"actor.invoked_by", paths{"userIdentity.invokedBy"}, text, both},
		{"actor.idp.name", paths{"userIdentity.identityProvider", "userIdentity.webIdFederationData.federatedProvider",
			"userIdentity.sessionContext.webIdFederationData.federatedProvider"}, text, both},
		{"actor.idp.uid", paths{"userIdentity.onBehalfOf.identityStoreArn"}, text, both},

		{"api.operation", paths{"eventName"}, text, both},
		{"api.service.name", paths{"eventSource"}, text, both},
		{"api.version", paths{"apiVersion"}, text, both},
		{"api.request.data", paths{"requestParameters"}, document, both},
		{"api.request.uid", requestUID, text, both},
		{"api.request.uid", paths{"requestParameters"}, nameless, both},
		{"api.response.data", paths{"responseElements"}, document, both},
		{"api.response.error", paths{"errorCode"}, text, both},
		{"api.response.message", paths{"errorMessage"}, text, both},
		{"status", paths{"errorCode", "errorMessage"}, failed, both},
	},
	facts: []fact{
		{paths{"metadata.product.name"}, "metadata.product.name", `"CloudTrail"`, both},
		{paths{"metadata.product.feature.name"}, "metadata.product.feature.name", `"Management, Data, and Insights"`, both},
		{paths{"status"}, "status_id", `1`, both},
		{paths{"status"}, "status", `"Success"`, both},
		{paths{"actor.user.name", "actor.user.uid", "actor.user.account", "actor.invoked_by"}, "actor.user.name", unknown, both},
		{identified("src_endpoint"), "src_endpoint.name", unknown, both},
	},
	observables: []observable{
		{"actor.user.name", userName}, {"user.name", userName}, {"src_endpoint.ip", address}, {"src_endpoint.domain", hostname},
		{"resources[].uid", resourceUID},
	},
}

// nameless says that the id is unknown which the schema requires.
func nameless(x *conversion, to string, _ *field) bool {
	x.event.set(to, unknown)
	return false
}

// unknown is the name of who or what the schema requires, and the record does not tell [R].
const unknown = `"Unknown"`

// requestUID is where a request has its id. The schema requires one, and events that are no request's have none: they take their own [R].
var requestUID = paths{"requestID", "eventID"}

// failed places a failure, whatever the error says; that has another place.
func failed(x *conversion, to string, _ *field) bool {
	failure.put(x.event, to)
	return false
}

// trailActivity is any call that is of no other class.
var trailActivity = class{
	uid: 6003, name: "API Activity", category: "Application Activity",
	rules: []rule{
		{"activity", paths{"eventName"}, trailVerb, both},
		{"resources", paths{"resources"}, each(paths{"ARN"},
			rule{"uid", paths{"ARN"}, text, both},
			rule{"owner.account.uid", paths{"accountId"}, text, both},
			rule{"type", paths{"type"}, text, both},
		), both},
	},
}

// trailVerb places the activity that an operation's name begins with. What has no word that we know only reads if CloudTrail says so [R].
func trailVerb(x *conversion, to string, f *field) bool {
	name := f.text()
	does := choice{other, name}
	if i := slices.IndexFunc(trailVerbs, func(v verb) bool { return v.begins(name) }); i >= 0 {
		does = trailVerbs[i].does
	} else if x.root.textAt("readOnly") == "true" {
		does = choice{2, "Read"}
	}
	does.put(x.event, to)
	return true
}

// trailVerbs are what the names of AWS's operations begin with.
var trailVerbs = verbs([]string{
	1: "Create Run Generate Allocate Issue Request Launch Copy Import Provision",
	2: "Get List Describe Search Lookup Head Query Scan Select BatchGet Check Download Filter Preview Read Discover View",
	3: `Update Put Modify Add Remove Start Stop Attach Detach Associate Disassociate Tag Untag Enable Disable Register Deregister Set Reboot
		Restore Change Activate Deactivate Replace Reset Move Authorize Revoke Rotate Upload BatchPut BatchUpdate BatchWrite`,
	4: "Delete Terminate Release Purge BatchDelete",
})

// A verb is what the names of operations begin with, and what they do.
type verb struct {
	prefix string
	does   choice
}

// begins tells whether the first word of a name is the verb: names are written in camel case.
func (v verb) begins(name string) bool {
	rest, ok := strings.CutPrefix(name, v.prefix)
	return ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
}

// verbs returns verbs whose place among words is the id of what they do.
func verbs(words []string) []verb {
	var all []verb
	for id, these := range words {
		for _, w := range strings.Fields(these) {
			all = append(all, verb{w, choice{int64(id), []string{"Unknown", "Create", "Read", "Update", "Delete"}[id]}})
		}
	}
	return all
}

// authentication is about who signs in, or takes on a role.
var authentication = class{
	uid: 3002, name: "Authentication", category: "Identity & Access Management",
	rules: []rule{
		{"activity", paths{"eventName"}, choose(authentications), both},
		{"status", paths{"responseElements.ConsoleLogin", "serviceEventDetails.CredentialChallenge", "serviceEventDetails.CredentialVerification",
			"serviceEventDetails.UserAuthentication"}, choose(outcomes), both},
		{"is_mfa", paths{"additionalEventData.MFAUsed"}, truth, both},
		{"dst_endpoint.svc_name", paths{"additionalEventData.LoginTo"}, text, both},
		{"service.name", paths{"eventSource"}, text, both}, // the schema requires it or dst_endpoint; AWS's mapping has neither for roles [R]
		{"user.uid", paths{"requestParameters.roleArn", "userIdentity.arn"}, text, both},
		{"user.uid_alt", paths{"userIdentity.principalId"}, text, both},
		{"user.name", paths{"requestParameters.roleSessionName"}, text, both},
		{"session.uid", paths{"responseElements.assumedRoleUser.arn"}, text, v15},
		{"session.uid_alt", paths{"responseElements.assumedRoleUser.assumedRoleId"}, text, v15},
		{"session.credential_uid", paths{"responseElements.credentials.accessKeyId"}, text, v15},
		{"user.name", oneself, unless(paths{"user.uid"}, text), both},
	},
	facts: []fact{{paths{"user.name", "user.uid"}, "user.name", unknown, both}},
}

// oneself are the names of who acts. The schema requires a user whom an event is about: it is the same if the record tells of no other [R].
var oneself = paths{"userIdentity.userName", "additionalEventData.UserName", "userIdentity.principalId"}

var outcomes = map[string]choice{"Success": success, "Failure": failure}

// signInSources and accountSources are the services whose operations authentications and accountChanges are: others have operations of the
// same names [R].
var (
	signInSources  = []string{"signin.amazonaws.com", "sts.amazonaws.com"}
	accountSources = []string{"iam.amazonaws.com", "signin.amazonaws.com", "account.amazonaws.com", "sso.amazonaws.com"}
)

// authentications are the operations that are of the class.
var authentications = choices(map[choice]string{
	{1, "Logon"}: "ConsoleLogin ExternalIdPDirectoryLogin UserAuthentication AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity",
}, "CheckMfa CredentialChallenge CredentialVerification")

// accountChange is about users, roles and what they may do.
var accountChange = class{
	uid: 3001, name: "Account Change", category: "Identity & Access Management",
	rules: []rule{
		{"activity", paths{"eventName"}, choose(accountChanges), both},
		{"user.name", paths{"requestParameters.userName", "responseElements.user.userName", "requestParameters.roleName",
			"responseElements.role.roleName"}, text, both},
		{"user.uid", paths{"responseElements.user.arn", "responseElements.role.arn"}, text, v11},
		{"user.uid_alt", paths{"responseElements.user.userId", "responseElements.role.roleId"}, text, v11},
		{"user.uid", paths{"responseElements.user.userId", "responseElements.role.roleId"}, text, v15},
		{"policy.uid", paths{"requestParameters.policyArn"}, text, v15},
		{"user.uid", paths{"userIdentity.principalId"}, unless(paths{"user.name"}, text), both},
		{"user.name", oneself, unless(paths{"user.uid_alt"}, text), both},
	},
	facts: []fact{{paths{"user.name", "user.uid"}, "user.name", unknown, both}},
}

// accountChanges are the operations that are of the class. What takes a policy from a user or a role, or gives one, is an attachment even if
// its name says Put or Delete: those do not delete accounts [R].
var accountChanges = choices(map[choice]string{
	{1, "Create"}:              "CreateUser CreateRole CreateServiceLinkedRole CreateAccessKey CreateLoginProfile CreateInstanceProfile CreateAccountAlias",
	{3, "Password Change"}:     "ChangePassword PasswordUpdated",
	{4, "Password Reset"}:      "UpdateLoginProfile",
	{6, "Delete"}:              "DeleteUser DeleteRole DeleteServiceLinkedRole DeleteGroup DeleteAccessKey DeleteLoginProfile DeleteInstanceProfile",
	{10, "MFA Factor Enable"}:  "EnableMFADevice",
	{11, "MFA Factor Disable"}: "DeactivateMFADevice DeleteVirtualMFADevice",
	{7, "Attach Policy"}: `AttachUserPolicy AttachGroupPolicy AttachRolePolicy PutUserPolicy PutGroupPolicy PutRolePolicy PutUserPermissionsBoundary
		PutRolePermissionsBoundary AddUserToGroup AddRoleToInstanceProfile`,
	{8, "Detach Policy"}: `DetachUserPolicy DetachGroupPolicy DetachRolePolicy DeleteUserPolicy DeleteGroupPolicy DeleteRolePolicy
		DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary RemoveUserFromGroup RemoveRoleFromInstanceProfile`,
}, `AccountNameUpdated CreateVirtualMFADevice DeleteAccountAlias DeleteAccountPasswordPolicy DeletePolicy EmailUpdated
	FinalizeSmsMfaRegistration RequestSmsMfaRegistration ResyncMFADevice TagInstanceProfile TagRole TagUser UntagInstanceProfile UntagRole UntagUser
	UpdateAccessKey UpdateAccountEmailAddress UpdateAccountName UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateGroup UpdateRole
	UpdateRoleDescription UpdateUser`)
