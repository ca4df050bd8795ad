package shape

import (
	"fmt"
	"math"

	"github.com/groundwatch/groundwatch/column"
)

// A Form says how a value is written. Forms are comparable.
type Form struct {
	Style  Style
	Digits uint8 // Fixed, Time: after the point
	Zone   int16 // Time: minutes east of Greenwich, or UTC
}

// UTC is the zone written as Z.
const UTC = math.MinInt16

// A Style is a way of writing values.
type Style uint8

// The styles. Each writes a value in one way only, and a text that is not written so does not have the style.
const (
	Plain  Style = iota // a JSON string, escapes only where they must be: \" \\ \b \f \n \r \t and \u00xx
	HTML                // as Plain, but < > & and U+2028 and U+2029 as \uxxxx: encoding/json
	ASCII               // as Plain, but everything outside ASCII as \uxxxx: Python's json
	Short               // a number in the fewest digits, with an exponent below 1e-6 and from 1e21 on: ECMAScript, encoding/json
	Fixed               // a number with Digits digits after the point
	Bool                // true or false
	Time                // a JSON string 2006-01-02T15:04:05 with 0 to 3 digits of a second's fraction and a zone
	UUID                // a JSON string of a UUID in lower case
	Raw                 // any JSON value as it is, unless it has many parts
	Long                // any JSON value as it is
	styles              // how many there are
)

var styleNames = [...]string{"plain", "html", "ascii", "short", "fixed", "bool", "time", "uuid", "raw", "long"}

// String returns the style's lower-case name.
func (s Style) String() string { return styleNames[s] }

// classOf says which column a style's values are in.
var classOf = [styles]Class{
	Plain: TextClass, HTML: TextClass, ASCII: TextClass, Short: NumberClass, Fixed: NumberClass,
	Bool: BoolClass, Time: TimeClass, UUID: UUIDClass, Raw: RawClass, Long: RawClass,
}

// Class returns the class of columns that has values of this form.
func (f Form) Class() Class { return classOf[f.Style] }

// valid reports whether f is a form that a Splitter makes.
func (f Form) valid() bool {
	switch f.Style {
	case Fixed:
		return f.Digits >= 1 && f.Digits <= maxFixed && f.Zone == 0
	case Time:
		return f.Digits <= 3 && (f.Zone == UTC || -24*60 < f.Zone && f.Zone < 24*60)
	}
	return f.Style < styles && f == Form{Style: f.Style}
}

// holds reports whether a column of kind k can have values of class c. A column of kind Null has none at all.
func (c Class) holds(k column.Kind) bool {
	switch c {
	case NumberClass:
		return k == column.Int64 || k == column.Float64 || k == column.Null
	case BoolClass:
		return k == column.Bool || k == column.Null
	case TimeClass:
		return k == column.Timestamp || k == column.Null
	}
	return k == column.String || k == column.Null
}

// String returns the form as documents and failures show it.
func (f Form) String() string {
	switch f.Style {
	case Fixed:
		return fmt.Sprintf("fixed(%d)", f.Digits)
	case Time:
		return fmt.Sprintf("%s(%d,%s)", f.Style, f.Digits, appendZone(nil, f.Zone))
	}
	return f.Style.String()
}
