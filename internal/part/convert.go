package part

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// A converter says how the values of a leaf become ours.
type converter struct {
	kind  column.Kind
	value func(v parquet.Value) column.Value // of a value that is not null; may give null
	// direct is how a whole page is read without a call per value.
	direct direct
	scale  int64 // for directTime: how many of its units make a millisecond
	uuid   bool  // for directText: texts are kept as 16 bytes
}

// direct is the physical type of a column that is read by the page.
type direct uint8

const (
	indirect direct = iota
	directBool
	directInt
	directTime
	directFloat
	directText
)

// jsonText is a column of JSON text: lists and maps as JSON, a scalar as the text it is.
var jsonText = converter{kind: column.JSON, direct: directText, value: func(v parquet.Value) column.Value {
	return column.JSONValue(string(v.ByteArray()))
}}

// converterOf returns how the leaf c is read.
func converterOf(c *parquet.Column) converter {
	t := c.Type()
	if lt := t.LogicalType(); lt != nil {
		switch u := lt.Value.(type) {
		case *format.TimestampType:
			return timestamps(unitNanos(u.Unit))
		case *format.TimeType:
			return timesOfDay(unitNanos(u.Unit))
		case *format.DateType:
			return converter{kind: column.String, value: dateValue}
		case *format.DecimalType:
			return decimals(int(u.Precision), int(u.Scale))
		case *format.IntType:
			if !u.IsSigned {
				return unsigned
			}
		case *format.UUIDType:
			if t.Kind() == parquet.FixedLenByteArray && t.Length() == uuidBytes {
				return converter{kind: column.String, direct: directText, uuid: true, value: uuidValue}
			}
			return converter{kind: column.String, value: uuidValue}
		}
	}
	return physical(t.Kind())
}

// unsigned holds numbers up to 2^64-1; those beyond 2^63-1 are digits in a String, which makes the
// column Mixed.
var unsigned = converter{kind: column.Int64, value: func(v parquet.Value) column.Value {
	if v.Kind() == parquet.Int32 {
		return column.IntValue(int64(v.Uint32()))
	}
	if n := v.Uint64(); n > math.MaxInt64 {
		return column.StringValue(strconv.FormatUint(n, 10))
	}
	return column.IntValue(v.Int64())
}}

// physical returns how a leaf without logical type is read.
func physical(k parquet.Kind) converter {
	switch k {
	case parquet.Boolean:
		return converter{kind: column.Bool, direct: directBool,
			value: func(v parquet.Value) column.Value { return column.BoolValue(v.Boolean()) }}
	case parquet.Int32:
		return converter{kind: column.Int64, value: func(v parquet.Value) column.Value { return column.IntValue(int64(v.Int32())) }}
	case parquet.Int64:
		return converter{kind: column.Int64, direct: directInt,
			value: func(v parquet.Value) column.Value { return column.IntValue(v.Int64()) }}
	case parquet.Int96:
		return converter{kind: column.Timestamp, value: func(v parquet.Value) column.Value { return int96Value(v.Int96()) }}
	case parquet.Float:
		return converter{kind: column.Float64, value: func(v parquet.Value) column.Value { return float32Value(v.Float()) }}
	case parquet.Double:
		return converter{kind: column.Float64, direct: directFloat,
			value: func(v parquet.Value) column.Value { return column.FloatValue(v.Double()) }}
	case parquet.ByteArray:
		return converter{kind: column.String, direct: directText,
			value: func(v parquet.Value) column.Value { return column.StringValue(string(v.ByteArray())) }}
	}
	return converter{kind: column.String, value: bytesValue}
}

// bytesValue shows bytes of fixed length as text if they are text, else in hexadecimal.
func bytesValue(v parquet.Value) column.Value {
	b := v.ByteArray()
	if utf8.Valid(b) && !strings.ContainsRune(string(b), 0) {
		return column.StringValue(string(b))
	}
	return column.StringValue(hex.EncodeToString(b))
}

// unitNanos returns how many nanoseconds u has.
func unitNanos(u format.TimeUnit) int64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return int64(time.Millisecond)
	case *format.MicroSeconds:
		return int64(time.Microsecond)
	}
	return 1
}

// timestamps reads points in time in units of so many nanoseconds. A time without zone is taken as UTC.
func timestamps(nanos int64) converter {
	perMs := int64(time.Millisecond) / nanos
	return converter{kind: column.Timestamp, direct: directTime, scale: perMs, value: func(v parquet.Value) column.Value {
		return column.TimeValue(floorDiv(v.Int64(), perMs))
	}}
}

// floorDiv rounds towards the past, so that times before 1970 keep their order.
func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// timesOfDay reads times of day as 15:04:05.000.
func timesOfDay(nanos int64) converter {
	return converter{kind: column.String, value: func(v parquet.Value) column.Value {
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		if n < 0 || n > int64(24*time.Hour)/nanos {
			return column.Value{} // not a time of day
		}
		return column.StringValue(time.Unix(0, n*nanos).UTC().Format("15:04:05.000"))
	}}
}

// dateValue shows days since the epoch as 2006-01-02.
func dateValue(v parquet.Value) column.Value {
	return column.StringValue(time.Unix(int64(v.Int32())*86_400, 0).UTC().Format(time.DateOnly))
}

// int96Value reads the time format of old Impala and Spark: nanoseconds of the day, and the Julian day.
func int96Value(n deprecated.Int96) column.Value {
	const epoch = 2_440_588 // Julian day of 1970-01-01
	nanos := int64(n[1])<<32 | int64(n[0])
	return column.TimeValue((int64(n[2])-epoch)*86_400_000 + floorDiv(nanos, int64(time.Millisecond)))
}

// float32Value gives the number its shortest decimal has, so that 0.1 does not become 0.10000000149011612.
func float32Value(f float32) column.Value {
	n, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil {
		return column.Value{} // beyond float64, which no float32 is
	}
	return column.FloatValue(n)
}

func uuidValue(v parquet.Value) column.Value {
	b := v.ByteArray()
	if len(b) != 16 {
		return column.StringValue(hex.EncodeToString(b))
	}
	return column.StringValue(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// exactDigits is how many decimal digits a float64 always keeps, and exactWhole an int64.
const (
	exactDigits = 15
	exactWhole  = 18
)

// decimals reads decimal numbers: whole ones as Int64 and fractions as Float64 as long as every digit
// survives, else as digits in a String.
func decimals(precision, scale int) converter {
	switch {
	case scale < 0 || scale > 1000: // no writer means it; keep the digits
		return converter{kind: column.String, value: func(v parquet.Value) column.Value { return column.StringValue(unscaled(v).String()) }}
	case scale == 0 && precision <= exactWhole:
		return converter{kind: column.Int64, value: func(v parquet.Value) column.Value { return column.IntValue(unscaled(v).Int64()) }}
	case precision <= exactDigits:
		return converter{kind: column.Float64, value: func(v parquet.Value) column.Value {
			n, err := strconv.ParseFloat(pointed(unscaled(v).String(), scale), 64)
			if err != nil {
				return column.Value{} // beyond float64, which so few digits are not
			}
			return column.FloatValue(n)
		}}
	}
	return converter{kind: column.String, value: func(v parquet.Value) column.Value {
		return column.StringValue(pointed(unscaled(v).String(), scale))
	}}
}

// unscaled returns the digits of a decimal as a whole number.
func unscaled(v parquet.Value) *big.Int {
	switch v.Kind() {
	case parquet.Int32:
		return big.NewInt(int64(v.Int32()))
	case parquet.Int64:
		return big.NewInt(v.Int64())
	}
	b := v.ByteArray() // two's complement, big end first
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return n
}

// pointed puts the point of a decimal before its last scale digits.
func pointed(digits string, scale int) string {
	if scale == 0 {
		return digits
	}
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	for len(digits) <= scale {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
