package rpccbor

import (
	"encoding/binary"
	"math"
	"reflect"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// The major types of CBOR, RFC 8949 §3.1.
const (
	unsigned = iota
	negative
	byteString
	textString
	array
	dict
	tag
	simple
)

// What follows a head's major type.
const (
	oneByte    = 24 // the argument is in one byte, in two, four or eight for the next values
	indefinite = 31
	halfFloat  = 25
	float32s   = 26
	float64s   = 27
)

// Whole bytes.
const (
	false_    = 0xf4
	true_     = 0xf5
	null      = 0xf6
	undefined = 0xf7
	breakByte = 0xff
)

// epochTag marks a timestamp, in seconds.
const epochTag = 1

// decode reads body, one map, into v. An empty body is an empty map. Errors are for the sender; AWS gives none a message.
func decode(body []byte, f *wire.Field, v reflect.Value) error {
	if len(body) == 0 {
		return nil
	}
	r := &reader{b: body}
	if err := wire.Decode(r, f, v); err != nil {
		return err
	}
	if r.i != len(body) {
		return wire.Malformed("")
	}
	return nil
}

// A reader is the wire.Source of a CBOR item. A length that the text declares is never more than a bound: memory is
// taken for what is there.
type reader struct {
	b    []byte
	i    int
	left []int  // of each open map or array: entries to come, endless for an indefinite length
	name []byte // a key or string that came in chunks
}

const endless = -1

// A head is the start of an item.
type head struct {
	major, info byte
	arg         uint64 // 0 for an indefinite length
}

func (r *reader) head() (h head, err error) {
	if r.i >= len(r.b) {
		return h, wire.Malformed("")
	}
	h.major, h.info = r.b[r.i]>>5, r.b[r.i]&0x1f
	r.i++
	if h.info < oneByte {
		h.arg = uint64(h.info)
		return h, nil
	}
	if h.info == indefinite {
		return h, nil
	}
	n := 1 << (h.info - oneByte)
	if h.info > oneByte+3 || len(r.b)-r.i < n {
		return h, wire.Malformed("")
	}
	arg := r.b[r.i : r.i+n]
	r.i += n
	switch n {
	case 1:
		h.arg = uint64(arg[0])
	case 2:
		h.arg = uint64(binary.BigEndian.Uint16(arg))
	case 4:
		h.arg = uint64(binary.BigEndian.Uint32(arg))
	case 8:
		h.arg = binary.BigEndian.Uint64(arg)
	}
	return h, nil
}

// item is head past all tags, for values that no tag is needed to understand.
func (r *reader) item() (h head, err error) {
	for h.major = tag; h.major == tag && err == nil; {
		h, err = r.head()
		if h.major == tag && h.info == indefinite {
			return h, wire.Malformed("")
		}
	}
	return h, err
}

func (r *reader) Null(*wire.Field) (bool, error) {
	if r.i < len(r.b) && (r.b[r.i] == null || r.b[r.i] == undefined) {
		r.i++
		return true, nil
	}
	return false, nil
}

func (r *reader) Open(f *wire.Field) error {
	want := byte(dict)
	if f.Plan.Kind == wire.List {
		want = array
	}
	h, err := r.item()
	if err != nil || h.major != want {
		return wire.Malformed("")
	}
	n, err := r.entries(h)
	r.left = append(r.left, n)
	return err
}

// entries returns how many entries of an array or map follow h. There cannot be more than there are bytes.
func (r *reader) entries(h head) (int, error) {
	if h.info == indefinite {
		return endless, nil
	}
	if h.arg > uint64(len(r.b)-r.i) {
		return 0, wire.Malformed("")
	}
	return int(h.arg), nil
}

func (r *reader) Next(f *wire.Field) (name []byte, more bool, err error) {
	last := len(r.left) - 1
	if r.ends(&r.left[last]) {
		r.left = r.left[:last]
		return nil, false, nil
	}
	if f.Plan.Kind == wire.List {
		return nil, true, nil
	}
	name, err = r.text(textString)
	return name, true, err
}

// ends tells whether an array or map ends here, and counts its next entry if not.
func (r *reader) ends(left *int) bool {
	if *left == endless {
		if r.i < len(r.b) && r.b[r.i] == breakByte {
			r.i++
			return true
		}
		return false
	}
	*left--
	return *left < 0
}

// text reads a string of that major type. The result is valid until the next one is read.
func (r *reader) text(major byte) ([]byte, error) {
	h, err := r.item()
	if err != nil || h.major != major {
		return nil, wire.Malformed("")
	}
	var s []byte
	if h.info == indefinite {
		s, err = r.chunks(major)
	} else {
		s, err = r.chunk(h)
	}
	if err != nil || len(s) > wire.MaxText || major == textString && !utf8.Valid(s) {
		return nil, wire.Malformed("")
	}
	return s, nil
}

func (r *reader) chunk(h head) ([]byte, error) {
	if h.arg > uint64(len(r.b)-r.i) {
		return nil, wire.Malformed("")
	}
	s := r.b[r.i : r.i+int(h.arg)]
	r.i += int(h.arg)
	return s, nil
}

// chunks reads what stands before the break.
func (r *reader) chunks(major byte) ([]byte, error) {
	r.name = r.name[:0]
	for n := endless; !r.ends(&n); {
		h, err := r.head()
		if err != nil || h.major != major || h.info == indefinite {
			return nil, wire.Malformed("")
		}
		s, err := r.chunk(h)
		if err != nil {
			return nil, err
		}
		r.name = append(r.name, s...)
	}
	return r.name, nil
}

func (r *reader) Skip() error { return r.skip(len(r.left)) }

// skip passes one item, at that depth.
func (r *reader) skip(depth int) error {
	if depth > wire.MaxDepth {
		return wire.Malformed("")
	}
	start := r.i
	h, err := r.item()
	if err != nil {
		return err
	}
	switch h.major {
	case byteString, textString:
		r.i = start
		_, err = r.text(h.major)
		return err
	case array, dict:
		return r.skipEntries(h, depth+1)
	case simple:
		if h.info == indefinite {
			return wire.Malformed("")
		}
	default:
		if h.info == indefinite {
			return wire.Malformed("")
		}
	}
	return nil
}

func (r *reader) skipEntries(h head, depth int) error {
	left, err := r.entries(h)
	if err != nil {
		return err
	}
	for !r.ends(&left) {
		if h.major == dict {
			if err := r.skip(depth); err != nil {
				return err
			}
		}
		if err := r.skip(depth); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) Scalar(f *wire.Field, s *wire.Scalar) (err error) {
	switch f.Plan.Kind {
	case wire.String:
		var text []byte
		text, err = r.text(textString)
		s.Text = string(text)
		return err
	case wire.Blob:
		var blob []byte
		blob, err = r.text(byteString)
		s.Bytes = append([]byte{}, blob...)
		return err
	case wire.Bool:
		return r.truth(s)
	case wire.Int:
		h, err := r.item()
		if err != nil {
			return err
		}
		s.Int, err = integer(h)
		return err
	case wire.Float:
		s.Float, err = r.number()
		return err
	case wire.Time:
		return r.time(s)
	}
	return wire.Malformed("") // the protocol has no documents
}

func (r *reader) truth(s *wire.Scalar) error {
	h, err := r.item()
	if err != nil || h.major != simple || h.info != false_&0x1f && h.info != true_&0x1f {
		return wire.Malformed("")
	}
	s.Bool = h.info == true_&0x1f
	return nil
}

// integer returns the whole number that h is.
func integer(h head) (int64, error) {
	if h.info == indefinite || h.arg > math.MaxInt64 {
		return 0, wire.Malformed("")
	}
	switch h.major {
	case unsigned:
		return int64(h.arg), nil
	case negative:
		return -1 - int64(h.arg), nil
	}
	return 0, wire.Malformed("")
}

// number reads a float of any width, or a whole number.
func (r *reader) number() (float64, error) {
	h, err := r.item()
	if err != nil {
		return 0, err
	}
	if h.major != simple {
		n, err := integer(h)
		return float64(n), err
	}
	switch h.info {
	case halfFloat:
		return half(uint16(h.arg)), nil
	case float32s:
		return float64(math.Float32frombits(uint32(h.arg))), nil
	case float64s:
		return math.Float64frombits(h.arg), nil
	}
	return 0, wire.Malformed("")
}

// half returns the value of a 16-bit float: a sign, five bits of exponent, ten of fraction.
func half(bits uint16) float64 {
	exp, frac := int(bits>>10&0x1f), float64(bits&0x3ff)
	var f float64
	switch exp {
	case 0:
		f = math.Ldexp(frac, -24)
	case 0x1f:
		f = math.Inf(1)
		if frac != 0 {
			f = math.NaN()
		}
	default:
		f = math.Ldexp(frac+1024, exp-25)
	}
	if bits&0x8000 != 0 {
		f = -f
	}
	return f
}

// time reads a timestamp, which must have its tag.
func (r *reader) time(s *wire.Scalar) error {
	h, err := r.head()
	if err != nil || h.major != tag || h.info == indefinite || h.arg != epochTag {
		return wire.Malformed("")
	}
	seconds, err := r.number()
	if err != nil {
		return err
	}
	var ok bool
	if s.Time, ok = wire.FromSeconds(seconds); !ok {
		return wire.Malformed("")
	}
	return nil
}
