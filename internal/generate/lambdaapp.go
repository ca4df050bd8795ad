package generate

import "strconv"

// orderFns are what the Go function does, with the field that counts it and the message.
var orderFns = []struct{ fn, msg, counter string }{
	{"Get", "order read", ""},
	{"List", "orders listed", ""},
	{"Post", "order created", "ordersCreated"},
	{"Post", "order cancelled", "ordersCancelled"},
	{"Put", "order updated", "ordersUpdated"},
	{"Label", "shipping label created", "shippingLabelsCreated"},
	{"Track", "parcel tracked", ""},
}

// goLines logs one to three JSON events, keys in order of the alphabet as Go's maps are written.
func (p *producer) goLines(e *environment, i invocation) error {
	n := 1 + p.random.below(3)
	for k := range n {
		ms := i.start + (i.end-i.start)*int64(k+1)/int64(n+1)
		level, f := "info", orderFns[p.random.below(len(orderFns))]
		switch {
		case i.failed && k == n-1:
			level, f.msg, f.counter = "error", "order not stored", ""
		case p.random.permille(100):
			level, f.msg, f.counter = "warn", "slow query", ""
		}
		b := append(p.text[:0], `{"durationMs":`...)
		b = hundredths(b, i.hundredths/n)
		if level == "error" {
			b = append(b, `,"error":"dial tcp 10.0.9.4:5432: connect: connection refused"`...)
		}
		b = append(append(b, `,"fn":"`...), f.fn...)
		b = field(b, "level", level)
		b = field(b, "msg", f.msg)
		b = strconv.AppendInt(append(b, `","orderID":`...), int64(p.random.below(5_000_000)), 10)
		if f.counter != "" {
			b = append(append(append(b, `,"`...), f.counter...), `":1`...)
		}
		b = append(append(b, `,"pkg":"orders","requestId":"`...), i.id...)
		b = p.clock.stamp(append(b, `","time":"`...), ms)
		b = padded(append(b, `","userId":"u-`...), p.random.below(250_000), 6)
		p.text = append(b, `","v":"459"}`...)
		if err := p.emit(e.stream, ms); err != nil {
			return err
		}
	}
	return nil
}

// pythonLines logs in the columns of Lambda's Python runtime: level, time, request id, message.
func (p *producer) pythonLines(e *environment, i invocation) error {
	mid := (i.start + i.end) / 2
	level, msg := "[INFO]", "invoice rendered, pages="
	if p.random.permille(120) {
		level, msg = "[WARNING]", "font missing, fallback used, pages="
	}
	b := p.clock.stamp(append(append(p.text[:0], level...), '\t'), mid)
	b = append(append(append(b, '\t'), i.id...), '\t')
	b = strconv.AppendInt(append(b, msg...), int64(1+p.random.below(12)), 10)
	p.text = b
	if err := p.emit(e.stream, mid); err != nil || !i.failed || i.timedOut {
		return err
	}
	p.text = append(p.text[:0], pick(p.random, tracebacks)...)
	return p.emit(e.stream, i.end)
}

// tracebacks are uncaught exceptions as Lambda's Python runtime prints them: one event of several lines,
// indented with no-break spaces.
var tracebacks = []string{
	"[ERROR] KeyError: 'amount'\nTraceback (most recent call last):\n" +
		"\u00a0\u00a0File \"/var/task/app.py\", line 42, in handler\n\u00a0\u00a0\u00a0\u00a0total = sum(item[\"amount\"] for item in order[\"items\"])\n" +
		"\u00a0\u00a0File \"/var/task/app.py\", line 42, in <genexpr>\n\u00a0\u00a0\u00a0\u00a0total = sum(item[\"amount\"] for item in order[\"items\"])",
	"[ERROR] ConnectionError: HTTPSConnectionPool(host='fonts.example.com', port=443): Max retries exceeded\nTraceback (most recent call last):\n" +
		"\u00a0\u00a0File \"/var/task/app.py\", line 57, in handler\n\u00a0\u00a0\u00a0\u00a0font = fonts.fetch(name)\n" +
		"\u00a0\u00a0File \"/var/task/fonts.py\", line 18, in fetch\n\u00a0\u00a0\u00a0\u00a0raise ConnectionError(err, request=request)",
	"[ERROR] Runtime.MarshalError: Unable to marshal response: Object of type Decimal is not JSON serializable\nTraceback (most recent call last):",
}

// nodeLines logs in the columns of Lambda's Node runtime: time, request id, level, message.
func (p *producer) nodeLines(e *environment, i invocation) error {
	mid := (i.start + i.end) / 2
	b := p.column(p.text[:0], i, mid)
	b = strconv.AppendInt(append(b, "INFO\tthumbnail made {\"width\":"...), int64(64<<p.random.below(4)), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), int64(p.random.logNormal(18_000, 300)), 10)
	b = padded(append(b, `,"userId":"u-`...), p.random.below(250_000), 6)
	p.text = append(b, "\"}"...)
	if err := p.emit(e.stream, mid); err != nil || !i.failed || i.timedOut {
		return err
	}
	p.text = append(p.column(p.text[:0], i, i.end), nodeError...)
	return p.emit(e.stream, i.end)
}

// nodeError is an uncaught exception as Lambda's Node runtime prints it, after its columns.
const nodeError = "ERROR\tInvoke Error \t" +
	`{"errorType":"Error","errorMessage":"Input buffer contains unsupported image format",` +
	`"stack":["Error: Input buffer contains unsupported image format","    at Sharp.toBuffer (/var/task/node_modules/sharp/lib/output.js:163:17)",` +
	`"    at Runtime.handler (file:///var/task/index.mjs:31:9)"]}`

func (p *producer) column(b []byte, i invocation, ms int64) []byte {
	b = append(append(p.clock.stamp(b, ms), '\t'), i.id...)
	return append(b, '\t')
}
