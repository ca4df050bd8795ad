package pattern

import (
	"strings"
	"testing"
)

func TestShape(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"the documents' own sample", "2023-01-01 19:00:01 [INFO] Calling DynamoDB to store for resource id 12342342k124-12345",
			"<Time-1> [INFO] Calling DynamoDB to store for resource id <ID-2>"},
		{"groups of digits are an identifier too", "id 324892398123-12345", "id <ID-1>"},
		{"numbers", "took 12 of 3.5, -7 and 1e-7 (99%) in v1.2.3", "took <Number-1> of <Number-2>, <Number-3> and <Number-4> (<Number-5>%) in v1.<Number-6>"},
		{"durations and sizes", "12ms 1h2m3.5s 1.5GB 7kb 3x", "<Duration-1> <Duration-2> <Number-3>GB <Number-4>kb <Number-5>x"},
		{"words with digits stay", "p99 s3 sha256 2nd 5xx ec2 us-east-1 utf8", "p99 s3 sha256 2nd 5xx ec2 us-east-1 utf8"},
		{"long numbers in names", "order-12345 lambda98765 user_7f3a9c01", "order-<Number-1> lambda<Number-2> user_<ID-3>"},
		{"random identifiers", "i-0abc123def456 a1b2c3 4bf92f3577b34da6a3ce929d0e0e4736", "i-<ID-1> <ID-2> <ID-3>"},
		{"hexadecimal numbers, whatever their digits", "dd12345678901234 ccfabeac 1-ccfabeac-0123456789abcdef 12e45678 facade added", "<ID-1> <ID-2> <ID-3> <ID-4> facade added"},
		{"a trace root", "Root=1-5e1b4151-5ac6c58dc39a6b6a9c6d5f00;Sampled=1", "Root=<ID-1>;Sampled=<Number-2>"},
		{"UUIDs", "RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca done", "RequestId: <UUID-1> done"},
		{"addresses, with and without port", "10.0.0.5:8080 from 192.168.1.9. fe80::1 2001:db8::ff/64", "<IPAddress-1>:<Number-2> from <IPAddress-3>. <IPAddress-4> <IPAddress-5>/<Number-6>"},
		{"what only looks like an address", "10.0.0 1.2.3.400 bead:feed:cafe", "<Number-1> <Number-2> bead:feed:cafe"},
		{"paths keep their words", "GET /api/orders/12345/items?page=2", "GET /api/orders/<Number-1>/items?page=<Number-2>"},
		{"the status of an HTTP answer stays", `"GET / HTTP/1.1" 404 15 status=500 statusCode: 201 took 200`,
			`"GET / HTTP/1.1" 404 <Number-1> status=500 statusCode: 201 took <Number-2>`},
		{"runs of blanks are one", "a  \t b\r\n  c\x00d ", "a b\nc d"},
		{"REPORT lines", "REPORT RequestId: 10901dca-335f-11e8-bf9e-cbeab5ebadca\tDuration: 55.17 ms\tMemory Size: 512 MB\t",
			"REPORT RequestId: <UUID-1> Duration: <Number-2> ms Memory Size: <Number-3> MB"},
		{"unicode words", "größe 12 größer 😀 日本", "größe <Number-1> größer 😀 日本"},
		{"invalid UTF-8 stays", "a \xff\xfe b 1", "a \xff\xfe b <Number-1>"},
		{"escapes do not join words", `C:\new "a\n12"`, `C:\new "a\n<Number-1>"`},
		{"empty", "  ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := patternText(string(appendShape(nil, tt.text, nil))); got != tt.want {
				t.Errorf("shape of %q =\n%s\nwant\n%s", tt.text, got, tt.want)
			}
		})
	}
}

func TestShapeOfTimes(t *testing.T) {
	for _, text := range []string{
		"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+02:00", "2026-01-01 00:00:00,123", "2026-01-01 00:00", "2026/01/01 00:00:00",
		"2026-01-01", "20240501T081550Z", "10/Oct/2000:13:55:36 -0700", "25 May 2019 10:24:39,474", "Oct 11 22:14:15", "Jan  2 03:04:05",
		"31.12.2025 23:59:59", "23:59:59.999", "23:59", "2026-01-01 00:00:00 UTC", "2018-03-29T14:40:02.823Z",
	} {
		t.Run(text, func(t *testing.T) {
			if got := patternText(string(appendShape(nil, "at "+text+" it", nil))); got != "at <Time-1> it" {
				t.Errorf("shape of %q = %q, want one time", text, got)
			}
		})
	}
	for _, text := range []string{"2026-01-01x", "12:3", "Maybe 1 2", "2026-01", "99999999"} {
		t.Run("no time: "+text, func(t *testing.T) {
			if got := patternText(string(appendShape(nil, text, nil))); strings.Contains(got, "Time") {
				t.Errorf("shape of %q = %q, want no time", text, got)
			}
		})
	}
}

func TestShapeOfJSON(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"keys stay, values go", `{"level":"info","msg":"order cancelled","orderID":1,"time":"2018-03-29T14:40:23Z","v":"459"}`,
			`{"level":"info","msg":"order cancelled","orderID":<Number-1>,"time":"<Time-2>","v":"<Number-3>"}`},
		{"blanks between tokens go", "{ \"a\" : 1 ,\n \"b\" : true }", `{"a":<Number-1>,"b":true}`},
		{"numbers of all kinds", `{"a":-1.5e3,"b":0}`, `{"a":<Number-1>,"b":<Number-2>}`},
		{"a list of equal elements is one element", `{"a":[1,2,3],"b":[{"x":1},{"x":2}],"c":[[1],[2,3]],"d":[]}`,
			`{"a":[<Number-1>],"b":[{"x":<Number-2>}],"c":[[<Number-3>]],"d":[]}`},
		{"different elements stay", `{"a":["x","y","y"]}`, `{"a":["x","y"]}`},
		{"keys that vary", `{"by":{"item_12345":1}}`, `{"by":{"item_<Number-1>":<Number-2>}}`},
		{"behind text", `REQ 7 {"a":1} done 8`, `REQ <Number-1> {"a":<Number-2>} done <Number-3>`},
		{"status stays", `{"status":500,"statusCode":"200","size":300}`, `{"status":500,"statusCode":"200","size":<Number-1>}`},
		{"quotes and braces inside strings", `{"a":"say \"{\" 1","b":"}"}`, `{"a":"say \"{\" <Number-1>","b":"}"}`},
		{"no JSON after all", `{"a":1 oops 2}`, `{"a":<Number-1>oops <Number-2>}`},
		{"a string that never ends", `{"a":"b {"c 1`, `{"a":"b {"c <Number-1>`},
		{"unicode escapes", `{"a":"caf\u00e9 7"}`, `{"a":"caf\u00e9 <Number-1>"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := patternText(string(appendShape(nil, tt.text, nil))); got != tt.want {
				t.Errorf("shape of %s =\n%s\nwant\n%s", tt.text, got, tt.want)
			}
		})
	}
}

func TestShapeIsBounded(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"a long text", strings.Repeat("word ", 1<<20)},
		{"a long word", strings.Repeat("w", 1<<20)},
		{"deep JSON", strings.Repeat(`{"a":[`, 10_000)},
		{"deep JSON that closes", strings.Repeat(`{"a":[`, 10_000) + strings.Repeat("]}", 10_000)},
		{"JSON with many keys", "{" + strings.Repeat(`"key":"value",`, 100_000)},
		{"brackets only", strings.Repeat("{", 1<<20)},
		{"characters of several bytes", "x" + strings.Repeat("日", 1<<20)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := appendShape([]byte("before"), tt.text, nil)
			if n := len(got) - len("before"); n > maxShape+2 {
				t.Errorf("shape of %s: %d bytes, want at most %d and a mark", tt.name, n, maxShape)
			}
			if text := patternText(string(got)); !strings.HasSuffix(text, "<Text-1>") {
				t.Errorf("shape of %s ends in %q, want a mark that there is more", tt.name, text[len(text)-20:])
			}
		})
	}
}

func FuzzShape(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"c\""}]}`, "2026-01-01T00:00:00Z 10.0.0.1:80 a-1", `{"a":"{"`, "Jan ", "\\", "{\"\\u", "1.", "::1", "-", "\x00\x01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shape := string(appendShape(nil, s, nil))
		frame := frameOf(shape)
		if again := frameOf(frame); again != frame {
			t.Errorf("frame of %q = %q, and its frame %q", s, frame, again)
		}
		if len(wordsOf(shape)) != len(wordsOf(frame)) {
			t.Errorf("%q: %d words, its frame %q has %d", shape, len(wordsOf(shape)), frame, len(wordsOf(frame)))
		}
		if strings.ContainsAny(patternText(shape), "\x00\x01") {
			t.Errorf("pattern of %q = %q holds a mark", s, patternText(shape))
		}
		severityOf(shape)
	})
}

func BenchmarkShape(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"json", `{"level":"info","ts":"2026-01-01T00:00:00.123Z","msg":"request done","method":"GET","path":"/api/orders/12345","status":200,"durationMs":12.5,"requestId":"10901dca-335f-11e8-bf9e-cbeab5ebadca","user":{"id":"u1234567","roles":["admin","dev"]}}`},
		{"text", "2026-01-01T00:00:00.123Z INFO [http-nio-8080-exec-12] c.e.shop.OrderController - request 10901dca-335f-11e8-bf9e-cbeab5ebadca from 10.0.0.5 took 12 ms for order 12345"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = appendShape(buf[:0], bb.text, nil)
			}
		})
	}
}
