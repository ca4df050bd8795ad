package files

import (
	"strings"
	"testing"
)

// exported are the lines of an S3 export of a Lambda function's group.
const exported = `2018-03-29T14:40:02.823Z END RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca
2018-03-29T14:40:02.823Z REPORT RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca	Duration: 55.17 ms	Billed Duration: 100 ms 	Memory Size: 512 MB	Max Memory Used: 36 MB	
2018-03-29T14:40:22.453Z START RequestId: 1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9 Version: $LATEST
2018-03-29T14:40:23.417Z {"fn":"Post","level":"info","msg":"order cancelled","orderID":1,"ordersCancelled":1,"pkg":"","time":"2018-03-29T14:40:23Z","v":"459"}
`

const dataMessage = `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/lambda/pay","logStream":"2018/03/29/[1]ab","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1522334402823,"message":"END RequestId: 1\n"},{"id":"2","timestamp":1522334403000,"message":"{\"a\":1}"}]}`

// As read gives the two events of dataMessage.
var dataEvents = []string{
	"1 2018-03-29T14:40:02.823 END RequestId: 1\n log=111122223333:/aws/lambda/pay stream=2018/03/29/[1]ab",
	`1 2018-03-29T14:40:03.000 {"a":1} log=111122223333:/aws/lambda/pay stream=2018/03/29/[1]ab`,
}

var formatCases = []struct {
	name     string
	text     string
	format   Format
	events   []string
	problems []string
}{
	{"an empty file has no events", "", Text, nil, nil},
	{"a file of line ends has no events", "\n\r\n\n", Text, nil, nil},
	{"a byte order mark is no text", "\xef\xbb\xbf{\"a\":1}\n", NDJSON, []string{`1 - {"a":1}`}, nil},
	{"S3 export: the prefix is the time", exported, S3Export, []string{
		"1 2018-03-29T14:40:02.823 END RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca",
		"2 2018-03-29T14:40:02.823 REPORT RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\tMax Memory Used: 36 MB\t",
		"3 2018-03-29T14:40:22.453 START RequestId: 1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9 Version: $LATEST",
		`4 2018-03-29T14:40:23.417 {"fn":"Post","level":"info","msg":"order cancelled","orderID":1,"ordersCancelled":1,"pkg":"","time":"2018-03-29T14:40:23Z","v":"459"}`,
	}, nil},
	{"S3 export: lines without prefix belong to the event before",
		"2018-03-29T14:40:02.823Z Traceback\n  File \"a.py\"\r\n\n  x\n\n2018-03-29T14:40:03.000Z \n2018-03-29T14:40:04.000Z b",
		S3Export, []string{
			"1 2018-03-29T14:40:02.823 Traceback\n  File \"a.py\"\r\n\n  x",
			"6 2018-03-29T14:40:03.000 ",
			"7 2018-03-29T14:40:04.000 b",
		}, nil},
	{"S3 export: a file that starts inside an event",
		"  at b.js:1\n2018-03-29T14:40:02.823Z a\n2018-03-29T14:40:03.000Z b\n",
		S3Export, []string{"1 -   at b.js:1", "2 2018-03-29T14:40:02.823 a", "3 2018-03-29T14:40:03.000 b"},
		[]string{"1 mixed: is not s3export, taken as plain text"}},
	{"aws logs tail: time and stream stand before the event",
		"2018-03-29T14:40:02.823000+00:00 2018/03/29/[$LATEST]ab hello\nmore\n2018-03-29T14:40:03.000000+00:00 s bye\n",
		Tail, []string{
			"1 2018-03-29T14:40:02.823 hello\nmore stream=2018/03/29/[$LATEST]ab",
			"3 2018-03-29T14:40:03.000 bye stream=s",
		}, nil},
	{"NDJSON: time in a field, CR LF, no line end at the end",
		"{\"time\":\"2018-03-29T14:40:23Z\",\"a\":1}\r\n{\"time\":\"2018-03-29T16:40:24.5+02:00\"}",
		NDJSON, []string{
			`1 2018-03-29T14:40:23.000 {"time":"2018-03-29T14:40:23Z","a":1}`,
			`2 2018-03-29T14:40:24.500 {"time":"2018-03-29T16:40:24.5+02:00"}`,
		}, nil},
	{"NDJSON: other text is an event too, and a note",
		"{\"ts\":1522334402.823}\npanic: x\n\n{\"ts\":1522334403}\n{\"broken\n",
		NDJSON, []string{
			`1 2018-03-29T14:40:02.823 {"ts":1522334402.823}`, "2 - panic: x",
			`4 2018-03-29T14:40:03.000 {"ts":1522334403}`, `5 - {"broken`,
		}, []string{"2 mixed: is not ndjson, taken as plain text", "5 mixed: is not ndjson, taken as plain text"}},
	{"NDJSON: a banner before it", "starting up\n{\"a\":1}\n{\"a\":2}\n", NDJSON,
		[]string{"1 - starting up", `2 - {"a":1}`, `3 - {"a":2}`},
		[]string{"1 mixed: is not ndjson, taken as plain text"}},
	{"JSON array on one line", `[{"time":1522334402823,"a":[1,2]},{"time":1522334403000}]`, JSON, []string{
		`1 2018-03-29T14:40:02.823 {"time":1522334402823,"a":[1,2]}`, `1 2018-03-29T14:40:03.000 {"time":1522334403000}`}, nil},
	{"JSON array over many lines comes out compact",
		"[\n  {\n    \"a\": \"x  y\\n\",\n    \"b\": [1, 2]\n  },\n  {\"a\": 2}\n]\n",
		JSON, []string{`2 - {"a":"x  y\n","b":[1,2]}`, `6 - {"a": 2}`}, nil},
	{"an empty JSON array", "[]", JSON, nil, nil},
	{"JSON objects one after another on a line", `{"a":1}{"a":2} {"a":3}`, JSON,
		[]string{`1 - {"a":1}`, `1 - {"a":2}`, `1 - {"a":3}`}, nil},
	{"JSON objects over many lines, with other text between",
		"{\n \"a\": 1\n}\noops\n{\n \"a\": 2\n}\n", JSON,
		[]string{`1 - {"a":1}`, "4 - oops", `5 - {"a":2}`},
		[]string{"4 mixed: is not json, taken as plain text"}},
	{"a JSON array that is cut off: its lines are events",
		"[\n{\"a\":1},\n{\"a\":2,\n\"b\":", JSON,
		[]string{`2 - {"a":1}`, `3 - {"a":2,`, `4 - "b":`},
		[]string{"3 mixed: is not json, taken as plain text", "4 truncated: JSON ends inside a value or list", "4 mixed: is not json, taken as plain text"}},
	{"filter-log-events",
		`{"events":[{"logStreamName":"s1","timestamp":1522334402823,"message":"a\tb \u00e9\n","ingestionTime":1522334403000,"eventId":"1"}],"searchedLogStreams":[]}`,
		FilterJSON, []string{"1 2018-03-29T14:40:02.823 a\tb é\n ingested=14:40:03.000 stream=s1"}, nil},
	{"get-log-events, pretty-printed, two pages",
		"{\n \"events\": [\n  {\n   \"timestamp\": 1522334402823,\n   \"message\": \"a\",\n   \"ingestionTime\": 1522334402824\n  }\n ],\n \"nextForwardToken\": \"f/1\"\n}\n{\"nextForwardToken\": \"f\", \"events\": [{\"timestamp\": 1, \"message\": \"b\"}]}\n",
		FilterJSON, []string{"3 2018-03-29T14:40:02.823 a ingested=14:40:02.824", "11 1970-01-01T00:00:00.001 b"}, nil},
	{"events without their page", `[{"timestamp":1522334402823,"message":"a","eventId":"1"}]`, FilterJSON,
		[]string{"1 2018-03-29T14:40:02.823 a"}, nil},
	{"no events in the page", `{"events": [], "searchedLogStreams": []}`, FilterJSON, nil, nil},
	{"an event without a message is given as it is", `{"events":[{"timestamp":1,"message":"a"},{"timestamp":2},7]}`, FilterJSON,
		[]string{"1 1970-01-01T00:00:00.001 a", `1 1970-01-01T00:00:00.002 {"timestamp":2}`, "1 - 7"},
		[]string{"1 mixed: is not filter-json, taken as plain text", "1 mixed: is not filter-json, taken as plain text"}},
	{"GetQueryResults with @message",
		`{"results":[[{"field":"@timestamp","value":"2018-03-29 14:40:02.823"},{"field":"@message","value":"a \"b\""},{"field":"@logStream","value":"s1"},{"field":"@log","value":"1:g"},{"field":"@ptr","value":"xyz"}]],"statistics":{"recordsMatched":1.0},"status":"Complete"}`,
		InsightsJSON, []string{`1 2018-03-29T14:40:02.823 a "b" log=1:g stream=s1`}, nil},
	{"GetQueryResults of a query with stats",
		`{"status":"Complete","results":[[{"field":"bin(1h)","value":"2018-03-29 14:00:00.000"},{"field":"count(*)","value":"3"},{"field":"@ptr","value":"xyz"}]]}`,
		InsightsJSON, []string{`1 - {"bin(1h)":"2018-03-29 14:00:00.000","count(*)":"3"}`}, nil},
	{"query results as the console exports them to JSON",
		`[{"@timestamp":"2018-03-29 14:40:02.823","@message":"a\nb"},{"@timestamp":"2018-03-29 14:40:03.000","@message":{"x":1}}]`,
		InsightsJSON, []string{"1 2018-03-29T14:40:02.823 a\nb", `1 2018-03-29T14:40:03.000 {"x":1}`}, nil},
	{"query results as the console exports them to CSV",
		"@timestamp,@message,level\r\n2018-03-29 14:40:02.823,\"a \"\"b\"\",\nc\",info\r\n2018-03-29 14:40:03.000,d,\n",
		InsightsCSV, []string{`2 2018-03-29T14:40:02.823 {"message":"a \"b\",\nc","level":"info"}`, "4 2018-03-29T14:40:03.000 d"}, nil},
	{"columns beside @message that it does not hold",
		"@timestamp,level,ms,message,@requestId,@message\n,info,7,,r,\"{\"\"level\"\":\"\"info\"\"}\"\n,info,,,r,\"{\"\"level\"\":\"\"info\"\"} \"\n,info,7,m,r,text\n,info,7,,r,{}\n" +
			",info,,,r,2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n,info,,,r,START RequestId: 1\n,,,,r,text\n",
		InsightsCSV, []string{
			`2 - {"level":"info","ms":"7"}`, `3 - {"level":"info"} `, `4 - {"@message":"text","level":"info","ms":"7","message":"m"}`, `5 - {"level":"info","ms":"7"}`,
			"6 - 2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA", "7 - START RequestId: 1", "8 - text",
		}, nil},
	{"CSV whose quotes do not close", "@timestamp,@message\n2018-03-29 14:40:02.823,\"a\nb\n", InsightsCSV,
		[]string{`2 - 2018-03-29 14:40:02.823,"a`, "3 - b"},
		[]string{"2 mixed: is not insights-csv, taken as plain text", "3 mixed: is not insights-csv, taken as plain text"}},
	{"CloudTrail", `{"Records":[{"eventVersion":"1.08","eventTime":"2018-03-29T14:40:02Z","eventSource":"s3.amazonaws.com","a":{"b":[]}},{"eventTime":"2018-03-29T14:40:03Z"}]}`,
		CloudTrail, []string{
			`1 2018-03-29T14:40:02.000 {"eventVersion":"1.08","eventTime":"2018-03-29T14:40:02Z","eventSource":"s3.amazonaws.com","a":{"b":[]}}`,
			`1 2018-03-29T14:40:03.000 {"eventTime":"2018-03-29T14:40:03Z"}`,
		}, nil},
	{"CloudTrail with a broken record", "{\"Records\":[{\"eventTime\":\"2018-03-29T14:40:02Z\",\"eventSource\":\"s\"},\n{\"x\":},\n{\"eventTime\":\"2018-03-29T14:40:03Z\"}]}",
		CloudTrail, []string{
			`1 2018-03-29T14:40:02.000 {"eventTime":"2018-03-29T14:40:02Z","eventSource":"s"}`,
			`2 - {"x":},`, `3 2018-03-29T14:40:03.000 {"eventTime":"2018-03-29T14:40:03Z"}`,
		}, []string{"2 mixed: is not cloudtrail, taken as plain text"}},
	{"subscription: what Lambda gets", `{"awslogs":{"data":"` + base64Data(dataMessage) + `"}}`, Subscription, dataEvents, nil},
	{"subscription: what Lambda gets from Kinesis", `{"Records":[{"kinesis":{"partitionKey":"p","data":"` + base64Data(dataMessage) + `"}}]}`,
		Subscription, dataEvents, nil},
	{"subscription: what Kinesis gives", `{"Records":[{"SequenceNumber":"1","Data":"` + base64Data(dataMessage) + `"}],"MillisBehindLatest":0}`,
		Subscription, dataEvents, nil},
	{"subscription: what Firehose has transformed, with a record that is none",
		`{"records":[{"recordId":"1","data":"` + base64Data(dataMessage) + `"},{"recordId":"2","data":"!!"},{"recordId":"3","data":"` + base64Data(dataMessage) + `"}]}`,
		Subscription, append(append(append([]string{}, dataEvents...), "1 - !!"), dataEvents...),
		[]string{"1 corrupt: subscription record: want gzip in base64: illegal base64 data at input byte 0"}},
	{"a list of Kinesis that holds other data", `{"Records":[{"kinesis":{"data":"aGVsbG8="}}]}`, NDJSON,
		[]string{`1 - {"Records":[{"kinesis":{"data":"aGVsbG8="}}]}`}, nil},
	{"subscription: base64 lines", base64Data(dataMessage) + "\n", Subscription, dataEvents, nil},
	{"subscription: decoded messages, as Firehose joins them", dataMessage + dataMessage, Subscription,
		append(append([]string{}, dataEvents...), dataEvents...), nil},
	{"subscription: control messages hold no events",
		`{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination"}]}` + "\n" + dataMessage,
		Subscription, []string{strings.Replace(dataEvents[0], "1", "2", 1), strings.Replace(dataEvents[1], "1", "2", 1)},
		[]string{"1 skipped: control message of a subscription"}},
	{"subscription: a record that is none", base64Data(dataMessage) + "\n!!\n", Subscription,
		append(append([]string{}, dataEvents...), "2 - !!"),
		[]string{"2 corrupt: subscription record: want gzip in base64: illegal base64 data at input byte 0"}},
	{"plain text: times are looked for", strings.Join([]string{
		"2018-03-29 14:40:02,823 INFO x", "[2018-03-29T14:40:03Z] y", "INFO 2018/03/29 14:40:04 z",
		`10.0.0.1 - - [29/Mar/2018:14:40:05 +0200] "GET / HTTP/1.1" 200`, "Mar 29 14:40:06 host app[1]: m",
		"Dec  1 14:40:06 host app[1]: m", "<34>1 2018-03-29T14:40:07Z host app - -", "1522334408.5 7 TCP_HIT",
		"no time here", "[INFO]\t2018-03-29T14:40:09.001Z\t1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9\tm",
	}, "\n"), Text, []string{
		"1 2018-03-29T14:40:02.823 2018-03-29 14:40:02,823 INFO x", "2 2018-03-29T14:40:03.000 [2018-03-29T14:40:03Z] y",
		"3 2018-03-29T14:40:04.000 INFO 2018/03/29 14:40:04 z",
		`4 2018-03-29T12:40:05.000 10.0.0.1 - - [29/Mar/2018:14:40:05 +0200] "GET / HTTP/1.1" 200`,
		"5 2018-03-29T14:40:06.000 Mar 29 14:40:06 host app[1]: m", "6 2017-12-01T14:40:06.000 Dec  1 14:40:06 host app[1]: m",
		"7 2018-03-29T14:40:07.000 <34>1 2018-03-29T14:40:07Z host app - -", "8 2018-03-29T14:40:08.500 1522334408.5 7 TCP_HIT",
		"9 - no time here", "10 2018-03-29T14:40:09.001 [INFO]\t2018-03-29T14:40:09.001Z\t1c4c43f7-335f-11e8-afb1-9b9ac2e2a4e9\tm",
	}, nil},
	{"text that starts with a bracket", "[INFO] started\n{oops\n", Text, []string{"1 - [INFO] started", "2 - {oops"}, nil},
	{"text that starts with a brace", "{oops\n{\n", Text, []string{"1 - {oops", "2 - {"}, nil},
}

// TestFormats checks that each format is recognised and read.
func TestFormats(t *testing.T) {
	for _, tt := range formatCases {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect([]byte(tt.text), true); got != tt.format {
				t.Errorf("detect(%.60q) = %s, want %s", tt.text, got, tt.format)
			}
			got := read(t, write(t, "x.log", []byte(tt.text)), Options{})
			diff(t, "events", got.events, tt.events)
			diff(t, "problems", got.problems, tt.problems)
		})
	}
}

// TestFormatsHoweverPacked checks that events and problems do not depend on compression, block size
// and whether the file can be read at any place.
func TestFormatsHoweverPacked(t *testing.T) {
	for _, tt := range formatCases {
		t.Run(tt.name, func(t *testing.T) {
			for name, data := range map[string][]byte{
				"plain": []byte(tt.text), "gzip": gzipData(tt.text), "zstd": zstdData(t, tt.text),
				"members": gzipData(tt.text[:len(tt.text)/2], "", tt.text[len(tt.text)/2:]),
			} {
				in := write(t, "x", data)
				for _, size := range []int{1, 2, 7, 64, 1000} {
					got := read(t, in, Options{blockSize: size})
					diff(t, name+" events", got.events, tt.events)
					diff(t, name+" problems", got.problems, tt.problems)
				}
			}
		})
	}
}

// TestParseFormat checks that every format is found by its name, and other names are not.
func TestParseFormat(t *testing.T) {
	for f := range formats {
		if got, err := ParseFormat(f.String()); got != f || err != nil {
			t.Errorf("ParseFormat(%q) = %v, %v, want %v", f.String(), got, err, f)
		}
	}
	if got, err := ParseFormat("yaml"); err == nil {
		t.Errorf("ParseFormat(%q) = %v, nil, want an error", "yaml", got)
	}
}
