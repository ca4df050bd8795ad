package restjson

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/xray"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// putTraceSegments returns a request of n documents of some 700 bytes, as a web service's middleware writes them.
func putTraceSegments(b *testing.B, n int) (*Codec, *wire.Request) {
	b.Helper()
	s, err := model.Load("xray")
	if err != nil {
		b.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{
		op.New[xray.PutTraceSegmentsInput, xray.PutTraceSegmentsOutput]("PutTraceSegments", nil),
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	o, err := table.Find(s, "PutTraceSegments")
	if err != nil {
		b.Fatal(err)
	}
	var in xray.PutTraceSegmentsInput
	for i := range n {
		in.TraceSegmentDocuments = append(in.TraceSegmentDocuments, fmt.Sprintf(`{"trace_id":"1-6ab13d80-%024x","id":"%016x","name":"shop",`+
			`"start_time":1790000000.123,"end_time":1790000000.456,"origin":"AWS::ECS::Container","user":"u-%d",`+
			`"http":{"request":{"method":"GET","url":"https://shop.example.com/api/v1/items/%d","client_ip":"192.0.2.1","user_agent":"Mozilla/5.0"},`+
			`"response":{"status":200,"content_length":5120}},"annotations":{"tenant":"blue","version":"1.42.0"},`+
			`"subsegments":[{"id":"%016x","name":"items","start_time":1790000000.2,"end_time":1790000000.3,"namespace":"aws",`+
			`"aws":{"operation":"GetItem","region":"eu-central-1","table_name":"items","request_id":"abcdef"}}]}`, i, i, i, i, i))
	}
	body, err := jsonbody.Append(nil, o.Input, elem(&in), options)
	if err != nil {
		b.Fatal(err)
	}
	return New(table), &wire.Request{
		ID: "id", Method: http.MethodPost, URL: &url.URL{Path: "/TraceSegments"},
		Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
	}
}

// BenchmarkPutTraceSegments finds the operation and decodes 50 documents, the most that the daemon sends.
func BenchmarkPutTraceSegments(b *testing.B) {
	c, r := putTraceSegments(b, 50)
	b.SetBytes(int64(len(r.Body)))
	b.ReportAllocs()
	for b.Loop() {
		o, err := c.Match(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Decode(o, r); err != nil {
			b.Fatal(err)
		}
	}
}
