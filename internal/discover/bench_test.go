package discover

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// webEvents returns n events as web services write them, about 390 bytes each. They differ in their
// values and, one in eight, in the members they have.
func webEvents(n int) [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	events := make([][]byte, n)
	for i := range events {
		var b strings.Builder
		fmt.Fprintf(&b, `{"time":"2026-01-01T00:%02d:%02d.%03dZ","level":"%s"`, r.IntN(60), r.IntN(60), r.IntN(1000), pick("info", "info", "info", "warn", "error"))
		fmt.Fprintf(&b, `,"msg":"%s","service":"%s-api"`, pick("request served", "cache miss", "order cancelled", "payment accepted by the provider"), pick("orders", "users", "pay"))
		fmt.Fprintf(&b, `,"env":"prod","version":"%d","fn":"%s","pkg":"%s"`, r.IntN(1000), pick("Get", "Post", "Delete", "ListAll"), pick("orders", "", "users"))
		fmt.Fprintf(&b, `,"requestId":"%08x-%04x-%04x-%04x-%012x"`, r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
		fmt.Fprintf(&b, `,"userId":"u%d","orgId":"o%d"`, r.IntN(100000), r.IntN(100))
		if r.IntN(8) == 0 {
			fmt.Fprintf(&b, `,"error":"%s"`, pick("timeout", `bad \"id\"`))
		}
		fmt.Fprintf(&b, `,"method":"%s","path":"/orders/%d","status":%d`, pick("GET", "POST", "DELETE"), r.IntN(1000), 200+r.IntN(4)*100)
		fmt.Fprintf(&b, `,"durationMs":%.1f,"bytes":%d,"traceId":"1-%08x-%024x"}`, r.ExpFloat64()*30, r.IntN(1e5), r.Uint32(), r.Uint64())
		events[i] = []byte(b.String())
	}
	return events
}

func benchmarkExtract(b *testing.B, kind Kind, events [][]byte, names ...string) {
	var fields []Field
	cols := make([]*column.Builder, len(names))
	for i, name := range names {
		fields = append(fields, Field{Name: name})
		cols[i] = new(column.Builder)
	}
	x := New(kind, fields, Options{})
	size := 0
	for _, e := range events {
		size += len(e)
	}
	b.SetBytes(int64(size) / int64(len(events)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1024 == 0 {
			x.Reset()
			for _, c := range cols {
				c.Reset()
			}
		}
		x.Extract(events[i%len(events)], cols)
	}
}

func BenchmarkExtract(b *testing.B) {
	web := webEvents(4096)
	for _, bm := range []struct {
		name   string
		fields string
	}{
		{"early", "level"},
		{"late", "durationMs fn"},
		{"last", "traceId"},
		{"absent", "nothing"},
		{"sometimes", "level error"},
		{"ten", "time level msg service fn requestId userId status durationMs bytes"},
	} {
		b.Run(bm.name, func(b *testing.B) { benchmarkExtract(b, JSON, web, strings.Fields(bm.fields)...) })
	}
}

// trailEvents returns n events like CloudTrail's: nested, about 1,300 bytes each.
func trailEvents(n int) [][]byte {
	r := rand.New(rand.NewPCG(3, 4))
	events := make([][]byte, n)
	for i := range events {
		account := 100000000000 + r.Int64N(9)
		events[i] = fmt.Appendf(nil, `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROA%08x:session",`+
			`"arn":"arn:aws:sts::%d:assumed-role/app-%d/session","accountId":"%d","sessionContext":{"sessionIssuer":{"type":"Role",`+
			`"principalId":"AROA%08x","arn":"arn:aws:iam::%d:role/app","userName":"app"},"attributes":{"creationDate":"2026-01-01T00:%02d:00Z",`+
			`"mfaAuthenticated":"false"}}},"eventTime":"2026-01-01T00:%02d:%02dZ","eventSource":"%s.amazonaws.com","eventName":"%s",`+
			`"awsRegion":"eu-west-1","sourceIPAddress":"10.0.%d.%d","userAgent":"Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux",`+
			`"requestParameters":{"bucketName":"b%d","key":"k/%d","instancesSet":{"items":[{"instanceId":"i-%08x"},{"instanceId":"i-%08x"}]}},`+
			`"responseElements":null,"additionalEventData":{"bytesTransferredIn":0,"bytesTransferredOut":%d},"requestID":"%016X",`+
			`"eventID":"%08x-0000-1111-2222-abcdefabcdef","readOnly":%t,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"}],`+
			`"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"%d","eventCategory":"Data"}`,
			r.Uint32(), account, r.IntN(5), account, r.Uint32(), account, r.IntN(60), r.IntN(60), r.IntN(60),
			[]string{"s3", "ec2", "lambda"}[r.IntN(3)], []string{"GetObject", "RunInstances", "Invoke20150331", "PutObject"}[r.IntN(4)],
			r.IntN(256), r.IntN(256), r.IntN(100), r.IntN(1e6), r.Uint32(), r.Uint32(), r.IntN(1e6), r.Uint64(), r.Uint32(), r.IntN(2) == 0, account)
	}
	return events
}

func BenchmarkKinds(b *testing.B) {
	trail := trailEvents(1024)
	report := []byte("REPORT RequestId: 3f1a2b4c-0000-1111-2222-abcdefabcdef\tDuration: 1394.60 ms\tBilled Duration: 1395 ms\tMemory Size: 128 MB\tMax Memory Used: 79 MB\t\n")
	line := []byte("2025-03-01T10:00:00.000Z\t3f1a2b4c-0000-1111-2222-abcdefabcdef\tINFO\tcache hit for user 17, {\"hit\":true,\"ms\":4} done\n")
	for _, bm := range []struct {
		name   string
		kind   Kind
		events [][]byte
		fields string
	}{
		{"CloudTrail early", JSON, trail, "userIdentity.arn eventName"},
		{"CloudTrail late", JSON, trail, "eventCategory requestParameters.instancesSet.items.1.instanceId"},
		{"Lambda report", Lambda, [][]byte{report}, "@type @duration @maxMemoryUsed"},
		{"Lambda text", Lambda, [][]byte{line}, "@requestId ms"},
		{"VPC", VPCFlow, [][]byte{[]byte(vpcRecord)}, "srcAddr dstAddr bytes action"},
	} {
		b.Run(bm.name, func(b *testing.B) { benchmarkExtract(b, bm.kind, bm.events, strings.Fields(bm.fields)...) })
	}
}

func BenchmarkEach(b *testing.B) {
	events := webEvents(4096)
	x := New(JSON, nil, Options{})
	b.SetBytes(390)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1024 == 0 {
			x.Reset()
		}
		x.Each(events[i%len(events)], func(string, column.Value) bool { return true })
	}
}
