package discover

import (
	"strconv"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// put appends the value in s to col.
func (x *Extractor) put(col *column.Builder, s *slot) {
	b := x.in
	switch s.kind {
	case jsonscan.Invalid:
		col.Null()
		return
	case jsonscan.String:
		if !s.escaped {
			col.Text(view(b[s.start:s.end]))
			return
		}
	case jsonscan.Number:
		if n, f, whole, ok := jsonscan.Small(b[s.start:s.end]); ok && whole {
			col.Int(n)
			return
		} else if ok {
			col.Float(f)
			return
		}
	}
	col.Value(x.arena.value(b, s))
}

// value returns the value in s, a part of b. Text that does not stand there as it is goes into a.
func (a *arena) value(b []byte, s *slot) column.Value {
	raw := b[s.start:s.end]
	switch s.kind {
	case jsonscan.True:
		return column.IntValue(1) // CloudWatch keeps booleans as 1 and 0
	case jsonscan.False:
		return column.IntValue(0)
	case jsonscan.Number:
		return a.number(raw)
	case jsonscan.String:
		if !s.escaped {
			return column.StringValue(view(raw))
		}
		text, _ := jsonscan.Unquote(a.room(len(raw)), raw) // checked when the slot was filled
		return column.StringValue(a.take(text))
	case jsonscan.Object, jsonscan.Array:
		return column.JSONValue(a.take(jsonscan.AppendCompact(a.room(len(raw)), raw)))
	}
	return column.Value{}
}

// number returns the number raw: an Int64 if it is whole and fits, a Float64 if that prints with
// the same digits, else a String of its digits.
func (a *arena) number(raw []byte) column.Value {
	if n, f, whole, ok := jsonscan.Small(raw); ok && !whole {
		return column.FloatValue(f)
	} else if ok {
		return column.IntValue(n)
	}
	if n, ok := jsonscan.ParseInt(raw); ok {
		return column.IntValue(n)
	}
	text := jsonscan.AppendNumber(a.room(len(raw)), raw)
	if f, ok := jsonscan.ParseFloat(raw); ok {
		var buf [400]byte // more than any float64 needs without exponent
		if string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)) == string(text) {
			return column.FloatValue(f)
		}
	}
	return column.StringValue(a.take(text))
}
