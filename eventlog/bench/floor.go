package bench

import (
	"io"
	"strconv"
	"time"
)

// floor appends the same bytes by hand into one reused buffer and writes them: what no logger can beat by much.
var floor = Logger{Name: "floor", Front: "hand", Build: func(w io.Writer, c Case) func() {
	buf := make([]byte, 0, 1024)
	var clock second
	ctx := `,"tenant":"acme","stage":"green","request_id":"dd7f0356-4203-4103-8c94-38cbf99b2994","org_id":"org-0127","user_id":"u-008244",` +
		`"service":"labels-api","region":"eu-central-1","host":"ip-10-0-3-17","pid":4711,"shard":7`
	head := func() {
		buf = append(buf[:0], `{"time":"`...)
		buf = clock.append(buf, time.Now())
		buf = append(buf, `","level":"info","msg":"label_created"`...)
	}
	five := func() {
		buf = append(append(append(buf, `,"order":"`...), text1...), '"')
		buf = append(append(append(buf, `,"region_to":"`...), text2...), '"')
		buf = strconv.AppendInt(append(buf, `,"bytes":`...), int1, 10)
		buf = strconv.AppendBool(append(buf, `,"cached":`...), bool1)
		buf = strconv.AppendFloat(append(buf, `,"took_ms":`...), float1, 'g', -1, 64)
	}
	more := func() {
		buf = append(append(append(buf, `,"route":"`...), text3...), '"')
		buf = strconv.AppendInt(append(buf, `,"status":`...), int2, 10)
		buf = strconv.AppendFloat(append(buf, `,"share":`...), float2, 'g', -1, 64)
		buf = append(append(append(buf, `,"span":"`...), text4...), '"')
		buf = moment.AppendFormat(append(buf, `,"due":"`...), time.RFC3339Nano)
		buf = append(buf, '"')
	}
	end := func() { _, _ = w.Write(append(buf, "}\n"...)) }
	switch c {
	case Message:
		return func() { head(); end() }
	case Five:
		return func() { head(); five(); end() }
	case Ten, ParallelTen:
		if c == ParallelTen {
			return nil // one buffer
		}
		return func() { head(); five(); more(); end() }
	case Context:
		return func() { head(); buf = append(buf, ctx...); end() }
	case ContextFive:
		return func() { head(); buf = append(buf, ctx...); five(); end() }
	case Error:
		return func() {
			head()
			buf = append(append(append(buf, `,"error":"`...), errCarrier.Error()...), '"')
			end()
		}
	}
	return nil
}}

// second is the text of a second, kept until the next one.
type second struct {
	unix int64
	text [20]byte // 2026-11-21T10:00:00.
}

func (s *second) append(b []byte, t time.Time) []byte {
	if u := t.Unix(); u != s.unix {
		s.unix = u
		copy(s.text[:], t.UTC().Format("2006-01-02T15:04:05."))
	}
	b = append(b, s.text[:]...)
	us := t.Nanosecond() / 1000
	for unit := 100000; unit > 0; unit /= 10 {
		b = append(b, byte('0'+us/unit%10))
	}
	return append(b, 'Z')
}
