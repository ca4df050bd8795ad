package gateway

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/xray"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/sigv4"
)

// TestOtherProtocols has the SDK speak awsQuery and restJson1 through the same door.
func TestOtherProtocols(t *testing.T) {
	s := serve(t, true, nil)
	topics, err := s.topics(sender{}).ListTopics(t.Context(), &sns.ListTopicsInput{NextToken: aws.String("n")})
	if err != nil || aws.ToString(topics.NextToken) != "n" {
		t.Errorf("ListTopics = %+v, %v, want the token back", topics, err)
	}
	if c := s.last(t); c.Service != "sns" || c.Operation != "ListTopics" || c.Caller.Account != account {
		t.Errorf("Finished was told %+v", c)
	}
	groups, err := s.traces(sender{}).GetGroups(t.Context(), &xray.GetGroupsInput{NextToken: aws.String("n")})
	if err != nil || aws.ToString(groups.NextToken) != "n" {
		t.Errorf("GetGroups = %+v, %v, want the token back", groups, err)
	}
	_, err = s.topics(sender{}).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("t")})
	told(t, s, err, "InvalidAction", 400, "CreateTopic")
	if _, err = s.traces(sender{}).CreateGroup(t.Context(), &xray.CreateGroupInput{GroupName: aws.String("g")}); code(err) != "UnknownOperationException" {
		t.Errorf("CreateGroup: %v, want UnknownOperationException", err)
	}
}

// code returns the code of an error that the SDK returned.
func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// TestRefusalsByProtocol has AWS's codes and statuses for the same faults in forms and in REST; TestRefusedSignatures has
// those of JSON and CBOR.
func TestRefusalsByProtocol(t *testing.T) {
	edit := func(old, new string) aws.HTTPClient {
		return changing(func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		})
	}
	unsigned := changing(func(r *http.Request) { r.Header.Del("Authorization") })
	for _, tt := range []struct {
		name           string
		topics, traces sender
		move           time.Duration
		query          string
		queryStatus    int
		rest           string
		restStatus     int
		message        string
	}{
		{"a wrong secret", sender{key: testKey, secret: "x"}, sender{key: testKey, secret: "x"}, 0, "SignatureDoesNotMatch", 403, "InvalidSignatureException", 403, "does not match the signature"},
		{"an unknown key", sender{key: "AKIDNOBODY", secret: "x"}, sender{key: "AKIDNOBODY", secret: "x"}, 0, "InvalidClientTokenId", 403, "UnrecognizedClientException", 403, "security token"},
		{"no signature", sender{client: unsigned}, sender{client: unsigned}, 0, "MissingAuthenticationToken", 403, "MissingAuthenticationTokenException", 403, "missing Authentication Token"},
		{"half a signature", sender{client: edit("Signature=", "Sig=")}, sender{client: edit("Signature=", "Sig=")}, 0, "IncompleteSignature", 400, "IncompleteSignatureException", 400, "requires 'Signature' parameter"},
		{"another service", sender{client: edit("/sns/", "/logs/")}, sender{client: edit("/xray/", "/logs/")}, 0, "SignatureDoesNotMatch", 403, "InvalidSignatureException", 403, "does not match"},
		{"too late", sender{}, sender{}, time.Hour, "SignatureDoesNotMatch", 403, "InvalidSignatureException", 403, "Signature expired"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, true, nil)
			s.clock.move(tt.move)
			_, err := s.topics(tt.topics).ListTopics(t.Context(), &sns.ListTopicsInput{})
			told(t, s, err, tt.query, tt.queryStatus, tt.message)
			_, err = s.traces(tt.traces).GetGroups(t.Context(), &xray.GetGroupsInput{})
			if tt.name == "another service" { // a path says whose it is before the body does
				tt.message = "scoped to correct service"
			}
			told(t, s, err, tt.rest, tt.restStatus, tt.message)
		})
	}
}

const formType = "application/x-www-form-urlencoded"

// formRequest returns a ListTopics as a form, signed for a service.
func formRequest(t *testing.T, s *server, body, service string, headers ...string) *http.Request {
	t.Helper()
	r := newRequest(t, s, "POST", "/", body, append([]string{"Content-Type", formType}, headers...)...)
	err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret}, r, sha(body), service, "us-east-1", s.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestForms has what is only known once the body is read.
func TestForms(t *testing.T) {
	s := serve(t, true, nil)
	const topics, metrics = "Action=ListTopics&Version=2010-03-31&NextToken=n", "Action=ListMetrics&Version=2010-08-01&Namespace=n"
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
		text   string
	}{
		{"a form", formRequest(t, s, topics, "sns"), 200, "<NextToken>n</NextToken>"},
		{"a packed form, as the CloudWatch agent sends it", formRequest(t, s, pack(t, metrics), "monitoring", "Content-Encoding", "gzip"), 200, "<NextToken>n</NextToken>"},
		{"signed for another service", formRequest(t, s, topics, "monitoring"), 403, "Credential should be scoped to correct service: &#39;sns&#39;."},
		{"no action", formRequest(t, s, "", "sns"), 400, "MissingAction"},
		{"an unknown action", formRequest(t, s, "Action=MakeCoffee&Version=2010-03-31", "sns"), 400, "InvalidAction"},
		{"a form to a path", formRequest(t, s, topics+strings.Repeat("&x=", 1), "sns"), 200, "<NextToken>"},
		{"too large for metrics, found out by the scope", formRequest(t, s, metrics+strings.Repeat(" ", 1<<20), "monitoring"), 413, "RequestEntityTooLarge"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := do(t, s, tt.r)
			body = strings.ReplaceAll(body, "&apos;", "&#39;")
			body = strings.ReplaceAll(body, "'", "&#39;")
			if resp.StatusCode != tt.status || !strings.Contains(body, tt.text) {
				t.Errorf("answer = %d %s, want %d %s", resp.StatusCode, body, tt.status, tt.text)
			}
		})
	}
	other := newRequest(t, s, "POST", "/some/path", "x=1", "Content-Type", formType)
	sign(t, s, other, sha("x=1"))
	answers(t, s, other, 404, "UnknownOperationException")
}

// TestFormsOfEverybody has a form whose service is only known from its body, and too large for it.
func TestFormsOfEverybody(t *testing.T) {
	s := serve(t, false, nil)
	r := newRequest(t, s, "POST", "/", "Action=ListMetrics&Version=2010-08-01&Namespace=n"+strings.Repeat("n", 1<<20), "Content-Type", formType)
	answers(t, s, r, 413, "RequestEntityTooLarge")
}

// TestCarelessVerifier checks that a verifier that was not told of SigningName lets nobody sign for another service.
func TestCarelessVerifier(t *testing.T) {
	s := serve(t, true, nil)
	careless := sigv4.New(testKeys{testKey: {Secret: testSecret, Account: account}}, sigv4.Options{})
	s.gateway.o.Verifier = careless
	answers(t, s, formRequest(t, s, "Action=ListTopics&Version=2010-03-31", "monitoring"), 403, "scoped to correct service")
	r := groupsRequest(t, s, "{}")
	if err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret}, r, sha("{}"), "kms", "us-east-1", s.clock.now()); err != nil {
		t.Fatal(err)
	}
	answers(t, s, r, 400, "scoped to correct service")
}

// TestUnreadBodies checks that a refusal does not wait for a body that nobody will read.
func TestUnreadBodies(t *testing.T) {
	s := serve(t, false, nil)
	pipe, sending := io.Pipe()
	defer sending.Close()
	r := newRequest(t, s, "PUT", "/bucket", "")
	r.Body, r.ContentLength = pipe, 1<<30
	answers(t, s, r, 413, "RequestEntityTooLarge")
}
