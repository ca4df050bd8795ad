package awsquery

import (
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func TestMatch(t *testing.T) {
	c := New(wiretest.New(t, topics).Table)
	with := func(r *wire.Request, change func(*wire.Request)) *wire.Request {
		change(r)
		return r
	}
	const publish = "Action=Publish&Version=2010-03-31&Message=x"
	for _, tt := range []struct {
		name    string
		request *wire.Request
		want    string // the operation, "" for none, else the error
	}{
		{"an operation", post(publish), "Publish"},
		{"in any order", post("Message=x&Version=2010-03-31&ActionX=y&Action=Publish"), "Publish"},
		{"behind an endpoint's path", with(post(publish), func(r *wire.Request) { r.URL.Path = "/aws" }), "Publish"},
		{"a type with a parameter", with(post(publish), func(r *wire.Request) {
			r.Header.Set("Content-Type", "application/X-WWW-form-urlencoded; charset=utf-8")
		}), "Publish"},
		{"in a URL", &wire.Request{Method: http.MethodGet, URL: &url.URL{Path: "/", RawQuery: publish}}, "Publish"},
		{"of two actions the first counts", post(publish + "&Action=ListTopics"), "Publish"},
		{"a GET for something else", &wire.Request{Method: http.MethodGet, URL: &url.URL{Path: "/schedules"}}, ""},
		{"no form", with(post(publish), func(r *wire.Request) { r.Header.Set("Content-Type", "application/json") }), ""},
		{"no type", with(post(publish), func(r *wire.Request) { r.Header.Del("Content-Type") }), ""},
		{"a type that is none", with(post(publish), func(r *wire.Request) { r.Header.Set("Content-Type", ";") }), ""},
		{"no action on a path", with(post("x=y"), func(r *wire.Request) { r.URL.Path = "/TraceSegments" }), ""},
		{"another method", with(post(publish), func(r *wire.Request) { r.Method = http.MethodPut }), ""},
		{"no action", post("Version=2010-03-31"), "MissingAction: The request is missing an action"},
		{"no body", post(""), "MissingAction: The request is missing an action"},
		{"an unknown action", post("Action=Publis&Version=2010-03-31"), "InvalidAction: Could not find operation Publis for version 2010-03-31"},
		{"actions are told apart by case", post("Action=publish&Version=2010-03-31"), "InvalidAction: Could not find operation publish for version 2010-03-31"},
		{"another version", post("Action=Publish&Version=2010-03-30"), "InvalidAction: Could not find operation Publish for version 2010-03-30"},
		{"no version", post("Action=Publish"), "InvalidAction: Could not find operation Publish for version NO_VERSION_SPECIFIED"},
		{"escapes", post("Action=%3C%zz&Version=%3C"), "InvalidAction: Could not find operation %3C%zz for version <"},
		{"a long name is cut", post("Action=" + strings.Repeat("x", 129) + "&Version=1"),
			"InvalidAction: Could not find operation " + strings.Repeat("x", 128) + " for version 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := c.Match(tt.request)
			got := ""
			switch {
			case err != nil:
				e := fault.Of(err)
				got = e.Code + ": " + e.Message
			case o != nil:
				got = o.Name
			}
			if got != tt.want {
				t.Errorf("Match = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOtherProtocolsHaveNoActions(t *testing.T) {
	s := wiretest.New(t, func(c aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(c) })
	if o, err := New(s.Table).Match(post("Action=PutEvents&Version=" + s.Table.Services()[0].APIVersion)); err == nil {
		t.Errorf("Match(PutEvents) = %v, want an error", o)
	}
}

func TestErrors(t *testing.T) {
	s := wiretest.New(t, topics)
	publish := s.Operation(t, "Publish")
	const front, topic = "http://webservices.amazon.com/AWSFault/2005-15-09", "http://sns.amazonaws.com/doc/2010-03-31/"
	_, unknown := New(s.Table).Match(post("Action=%3Ca%3E&Version=1"))
	for _, tt := range []struct {
		name      string
		o         *wire.Operation
		err       error
		status    int
		namespace string
		content   string
	}{
		{"an unknown action", nil, unknown, 400, front,
			"<Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation &lt;a&gt; for version 1</Message>"},
		{"a fault with a code that the model has", publish, fault.New(fault.NotFound, "NotFound", "Topic does not exist"), 404, topic,
			"<Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message>"},
		{"a fault with the name of a shape", publish, fault.New(fault.NotFound, "NotFoundException", "No."), 404, topic,
			"<Type>Sender</Type><Code>NotFound</Code><Message>No.</Message>"},
		{"one that the model lacks", publish, fault.New(fault.Throttled, "Throttling", "Rate exceeded"), 400, topic,
			"<Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message>"},
		{"one that is denied", publish, fault.New(fault.Denied, "AccessDenied", "No."), 403, topic,
			"<Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message>"},
		{"one that is denied with a status of its own", publish, fault.New(fault.Denied, "KMSAccessDenied", "No."), 400, topic,
			"<Type>Sender</Type><Code>KMSAccessDenied</Code><Message>No.</Message>"},
		{"one that is denied before there is an operation", nil, fault.New(fault.Denied, "InvalidClientTokenId", "No."), 403, front,
			"<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>No.</Message>"},
		{"an error of the SDK's types", publish, &snstypes.AuthorizationErrorException{Message: aws.String("a < b")}, 403, topic,
			"<Type>Sender</Type><Code>AuthorizationError</Code><Message>a &lt; b</Message>"},
		{"one with members", s.Operation(t, "VerifySMSSandboxPhoneNumber"),
			errors.Join(&snstypes.VerificationException{Message: aws.String("m"), Status: aws.String("s")}), 400, topic,
			"<Type>Sender</Type><Code>VerificationException</Code><Message>m</Message><Status>s</Status>"},
		{"the service's own", publish, &snstypes.InternalErrorException{}, 500, topic, "<Type>Receiver</Type><Code>InternalError</Code>"},
		{"our own failure says nothing of its cause", publish, errors.New("disk on fire"), 500, topic,
			"<Type>Receiver</Type><Code>InternalFailure</Code><Message>The request could not be processed because of an internal failure.</Message>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := New(s.Table).EncodeError(tt.o, post(""), tt.err)
			want := `<ErrorResponse xmlns="` + tt.namespace + `"><Error>` + tt.content + "</Error><RequestId>id</RequestId></ErrorResponse>"
			if got.Status != tt.status || string(got.Body) != want || got.Header.Get("Content-Type") != "text/xml" {
				t.Errorf("EncodeError(%v) = %d %v\n%s, want %d\n%s", tt.err, got.Status, got.Header, got.Body, tt.status, want)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	table := testTable(t)
	c := New(table)
	for _, tt := range []struct {
		name, operation string
		out             all
		want            string
	}{
		{"an empty output", "Do", all{}, "<DoResult></DoResult>"},
		{"no output", "Be", all{}, ""},
		{"an empty text and lists", "Do", all{S: ptr(""), A: []string{}, M: map[string]int64{}, Fa: []string{}},
			"<DoResult><s></s><a></a><m></m></DoResult>"},
		{"lists and maps", "Do", all{A: []string{"", "x"}, Fm: map[string]string{"b": "2", "a": "1"}, Aa: [][]string{{"x"}, nil}},
			"<DoResult><a><member></member><member>x</member></a><fm><K>a</K><V>1</V></fm><fm><K>b</K><V>2</V></fm>" +
				"<aa><Inner><member>x</member></Inner><Inner></Inner></aa></DoResult>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Encode(operation(t, table, tt.operation), post(""), &tt.out)
			want := "<" + tt.operation + `Response xmlns="urn:t">` + tt.want +
				"<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></" + tt.operation + "Response>"
			if err != nil || got.Status != 200 || string(got.Body) != want {
				t.Errorf("Encode(%+v) = %v, %v\n%s, want\n%s", tt.out, got, err, got.Body, want)
			}
		})
	}
	for _, out := range []any{&sns.PublishOutput{}, (*all)(nil)} {
		if _, err := c.Encode(operation(t, table, "Do"), post(""), out); err == nil {
			t.Errorf("Encode(%T) succeeds", out)
		}
	}
}

// TestAnyTextIsXML checks that readers get the text that was sent, with U+FFFD for what XML cannot hold.
func TestAnyTextIsXML(t *testing.T) {
	var bmp strings.Builder
	for r := range rune(0x11000) {
		bmp.WriteRune(r)
	}
	for _, text := range []string{
		"", "<![CDATA[x]]>", "<!-- & -->", "a\r\nb\rc\n\td", "\x00\x01\x1f\x7f\u0085\u2028", "\xff\xfe é \xc3", "\ufffe\uffff\ufffd", "\U0010ffff", bmp.String(),
	} {
		want := strings.Map(func(r rune) rune {
			if r < ' ' && !strings.ContainsRune("\t\r\n", r) || r == 0xFFFE || r == 0xFFFF {
				return 0xFFFD
			}
			return r
		}, text)
		b := appendElement(nil, "a", text)
		var got string
		if err := xml.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("appendElement(%.40q) = %.40q, which reads as %.40q, %v, want %.40q", text, b, got, err, want)
		}
	}
}
