package generate

import (
	"bytes"
	"strconv"
	"strings"
)

// hostileLines are what breaks readers, one maker each.
var hostileLines = []func(p *producer, b []byte) []byte{
	(*producer).plainEvent,
	(*producer).badUTF8,
	(*producer).nul,
	(*producer).truncated,
	(*producer).duplicateKeys,
	(*producer).deep,
	(*producer).bigNumbers,
	(*producer).escapes,
	(*producer).carriageReturn,
	(*producer).byteOrderMark,
	(*producer).strangeNames,
	(*producer).almostJSON,
	(*producer).manyFields,
	(*producer).blank,
	(*producer).spoofing,
}

// hostile writes every kind of line that breaks readers, in turn by chance, and a very long one among a
// thousand. Every second line is an ordinary event, which must be found all the same.
func (p *producer) hostile() error {
	s := &stream{"/hostile", "one/[$LATEST]two"}
	for {
		if ok, err := p.more(); !ok {
			return err
		}
		ms, _ := p.clock.at(p.made)
		p.text = p.text[:0]
		switch {
		case p.made%2 == 0:
			p.text = p.plainEvent(p.text)
		case p.made%1000 == 501:
			p.text = p.long(p.text)
		default:
			p.text = pick(p.random, hostileLines)(p, p.text)
		}
		if err := p.emit(s, ms); err != nil {
			return err
		}
	}
}

func (p *producer) plainEvent(b []byte) []byte {
	b = append(b, `{"level":"info","msg":"all is well","n":`...)
	return append(strconv.AppendInt(b, int64(p.made), 10), '}')
}

func (p *producer) badUTF8(b []byte) []byte {
	return append(b, pick(p.random, []string{
		"{\"msg\":\"caf\xe9\",\"level\":\"error\"}",
		"\xff\xfe\x00t\x00e\x00x\x00t",
		"{\"msg\":\"\xed\xa0\x80 a surrogate\"}",
		"{\"msg\":\"\xc0\xaf too long a form\"}",
		"{\"caf\xe9\":1}",
		"cut off \xe2\x82",
	})...)
}

func (p *producer) nul(b []byte) []byte {
	return append(b, pick(p.random, []string{"\x00\x00\x00\x00", "{\"msg\":\"a\x00b\"}", `{"msg":"a\u0000b"}`, "text\x00more"})...)
}

func (p *producer) truncated(b []byte) []byte {
	whole := `{"level":"error","msg":"cut \"here\"","list":[1,2,{"a":null}],"n":-1.5e3,"u":"\u00e9","t":true}`
	return append(b, whole[:1+p.random.below(len(whole)-1)]...)
}

func (p *producer) duplicateKeys(b []byte) []byte {
	return append(b, `{"level":"info","level":"error","a":{"b":1},"a.b":2,"a":{"b":3},"":"empty","":"again"}`...)
}

// deep nests up to 10,000 levels.
func (p *producer) deep(b []byte) []byte {
	n := pick(p.random, []int{63, 64, 65, 1000, 10_000})
	if p.random.permille(500) {
		b = append(append(b, strings.Repeat(`{"a":`, n)...), '1')
		return append(b, strings.Repeat("}", n)...)
	}
	b = append(append(b, `{"list":`...), strings.Repeat("[", n)...)
	return append(append(b, strings.Repeat("]", n)...), '}')
}

func (p *producer) bigNumbers(b []byte) []byte {
	b = append(b, `{"n":`...)
	b = append(b, pick(p.random, []string{
		strings.Repeat("9", 400),
		"0." + strings.Repeat("1234567890", 40),
		"-" + strings.Repeat("1", 400) + "e-400",
		"9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
		"9007199254740993", "1e400", "-1e400", "1e-400", "-0", "1E+2", "0.1e1",
	})...)
	return append(b, `,"level":"info"}`...)
}

// escapes would repaint a terminal, rename its window or write its clipboard.
func (p *producer) escapes(b []byte) []byte {
	return append(b, pick(p.random, []string{
		"\x1b[2J\x1b[H\x1b[31mnot your prompt\x1b[0m",
		"{\"msg\":\"\x1b]0;new title\x07\"}",
		`{"msg":"\u001b]52;c;bm90IHlvdXJz\u0007","level":"error"}`,
		"\u009b31m\u009dtitle\u009c",
		"over\b\b\b\bwritten\rstart",
		"bell\x07 delete\x7f",
	})...)
}

func (p *producer) carriageReturn(b []byte) []byte { return append(p.plainEvent(b), '\r') }

func (p *producer) byteOrderMark(b []byte) []byte { return p.plainEvent(append(b, "\ufeff"...)) }

func (p *producer) strangeNames(b []byte) []byte {
	return append(b, "{\"@message\":\"mine\",\"@timestamp\":1,\"a b\":1,\"a`b\":2,\"ключ\":\"значение\",\"日本\":\"語\",\"\u202eevil\":1,\"x.y.0\":[1,[2]],\"__proto__\":{}}"...)
}

func (p *producer) almostJSON(b []byte) []byte {
	return append(b, pick(p.random, []string{
		`{'level':'error'}`, `{"a":NaN}`, `{"a":1,}`, `{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":"tab	inside"}`, `{"a":"\x"}`, `{"a":"\ud800"}`,
		`{"a":1}{"b":2}`, `{"a":1} // why`, `[1,2,3]`, `"text"`, `null`, `{}`, `{"a" 1}`, `{"a":tru}`, `prefix {"level":"error"} suffix`,
	})...)
}

// manyFields has more than the 200 fields that are discovered.
func (p *producer) manyFields(b []byte) []byte {
	b = append(b, '{')
	for i := range 300 {
		b = append(strconv.AppendInt(append(b, `"f`...), int64(i), 10), `":1,`...)
	}
	return append(b, `"level":"error"}`...)
}

func (p *producer) blank(b []byte) []byte {
	return append(b, pick(p.random, []string{"", " ", "\t", "\u00a0", "\u2028", "\v\f"})...)
}

// spoofing looks like the work of somebody else: a spreadsheet's formula, a table's border, a platform line.
func (p *producer) spoofing(b []byte) []byte {
	return append(b, pick(p.random, []string{
		`=HYPERLINK("http://example.com","click")`, `a,"b""c",d`, `| a | b |`, "REPORT RequestId: none\tDuration: x ms\t",
		"START RequestId: ", "2018-03-29T14:40:02.823Z ", "{\"msg\":\"</script><b>\"}",
	})...)
}

// long is one value, or many, up to 64 KB or 10 MB.
func (p *producer) long(b []byte) []byte {
	n := 64 << 10
	if p.opts.Huge {
		n = 10 << 20
	}
	n = n/2 + p.random.below(n/2) - 100
	if p.random.permille(500) {
		return append(b, bytes.Repeat([]byte("long "), n/5)...)
	}
	b = append(append(b, `{"level":"error","msg":"`...), bytes.Repeat([]byte("x"), n)...)
	return append(b, `","last":1}`...)
}
