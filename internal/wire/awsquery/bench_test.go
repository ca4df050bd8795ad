package awsquery

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// putMetricData returns a request of n metrics with three dimensions each.
func putMetricData(b *testing.B, n int) (*Codec, *wire.Request) {
	b.Helper()
	s, err := model.Load("cloudwatch")
	if err != nil {
		b.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{
		op.New[cloudwatch.PutMetricDataInput, cloudwatch.PutMetricDataOutput]("PutMetricData", nil),
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	in := cloudwatch.PutMetricDataInput{Namespace: aws.String("Shop/Checkout")}
	for i := range n {
		in.MetricData = append(in.MetricData, types.MetricDatum{
			MetricName: aws.String(fmt.Sprintf("Latency%d", i%7)), Unit: types.StandardUnitMilliseconds, Value: aws.Float64(float64(i) + .25),
			Timestamp: aws.Time(time.Unix(1_790_000_000+int64(i), 0).UTC()),
			Dimensions: []types.Dimension{
				{Name: aws.String("Service"), Value: aws.String("checkout")}, {Name: aws.String("Host"), Value: aws.String("ip-10-0-0-1.internal")},
				{Name: aws.String("Path"), Value: aws.String("/api/v1/items")},
			},
		})
	}
	o := operation(b, table, "PutMetricData")
	return New(table), post(formOf(b, o, reflect.ValueOf(in)))
}

// BenchmarkPutMetricData finds the operation and decodes 20 metrics, as agents send them, and 1,000, the most there may be.
func BenchmarkPutMetricData(b *testing.B) {
	for _, n := range []int{20, 1000} {
		c, r := putMetricData(b, n)
		b.Run(fmt.Sprintf("metrics=%d", n), func(b *testing.B) {
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
		})
	}
}
