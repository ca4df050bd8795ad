package pattern

import "strings"

// A memory knows what the shapes of JSON keys and of texts that come again are. Most messages of a log have the keys of the one before,
// in its order, so that to compare them with those is enough. What becomes of a message does not depend on it.
type memory struct {
	keys  map[string]*known // by text
	first known             // stands before the first key of a message
	bytes int               // of memos
}

// A known key is what stands for it, with its quotes and colon, in messages and in shapes.
type known struct {
	text, shape string
	plain       bool   // a number behind it is no status of an answer
	next        *known // the key that came after it
	values      texts  // that the key had
	masked      texts  // that it had, by their masks
}

// texts are some that came before, by slot.
type texts struct {
	memos      []memo // nil until there is one
	hits, lost int    // how often a text was among them, and was not
}

// A memo is a string value with its quotes, and its shape.
type memo struct{ text, shape string }

// How much a memory holds.
const (
	maxKeys     = 512
	slots       = 64      // texts of a key
	maxMemo     = 256     // bytes of a text
	memoryBytes = 2 << 20 // of all texts and their shapes
)

// slot returns where a text that begins with a quote at i is remembered: by its first bytes.
func slot(s string, i int) int {
	h := uint64(0)
	if i+9 <= len(s) {
		b := s[i+1 : i+9]
		h = uint64(b[0])<<56 | uint64(b[1])<<48 | uint64(b[2])<<40 | uint64(b[3])<<32 | uint64(b[4])<<24 | uint64(b[5])<<16 | uint64(b[6])<<8 | uint64(b[7])
	} else {
		for k := i + 1; k < len(s); k++ {
			h = h<<8 | uint64(s[k])
		}
	}
	return int(h * 0x9e3779b97f4a7c15 >> 58)
}

// alone reports whether the shape of a string, given with its quotes, is the same whatever stands before it: not that of a number
// that may be the status of an answer.
func alone(text string) bool {
	rest := strings.TrimLeft(text, "\"': =")
	return len(rest) < 3 || rest[0] < '1' || rest[0] > '5' || rest[1] == '.'
}

// varied tells that the texts are too different to be worth a look.
func (t *texts) varied() bool { return t.lost > 64 && t.hits < 2*t.lost }

// in returns the place of a slot.
func (t *texts) in(slot int) *memo {
	if t.memos == nil {
		t.memos = make([]memo, slots)
	}
	return &t.memos[slot]
}

// keep remembers a text and its shape in a place that is one of some key's, if there is room.
func (m *memory) keep(at *memo, text, shape string) {
	more := len(text) + len(shape) - len(at.text) - len(at.shape)
	if m.bytes+more > memoryBytes {
		return
	}
	m.bytes += more
	*at = memo{strings.Clone(text), strings.Clone(shape)}
}

func newMemory() *memory { return &memory{keys: map[string]*known{}} }

// string makes the shape of a JSON string here, which may be a key.
func (z *shaper) string() {
	m := z.memory
	if m == nil {
		z.jsonString()
		return
	}
	if value := len(z.dst) > z.start && z.dst[len(z.dst)-1] == ':'; value {
		z.value()
		return
	}
	if k := z.key.next; k != nil && z.take(k.text, k.shape) {
		z.key = k
		return
	}
	from, i := len(z.dst), z.i
	z.jsonString()
	if at(z.s, z.i) != ':' || len(z.dst)-z.start+1 >= maxShape || z.i-i >= maxMemo || !alone(z.s[i:z.i]) {
		return
	}
	z.dst = append(z.dst, ':')
	z.i++
	k := m.keys[z.s[i:z.i]]
	if k == nil {
		if len(m.keys) == maxKeys {
			return
		}
		k = &known{text: strings.Clone(z.s[i:z.i]), shape: string(z.dst[from:])}
		k.plain = strings.Trim(k.text, "\"': =") != "" && !afterStatus(k.text)
		m.keys[k.text] = k
	}
	z.key.next, z.key = k, k
}

// take appends the shape of a text if that stands here.
func (z *shaper) take(text, shape string) bool {
	if len(z.dst)-z.start+len(shape) >= maxShape || !strings.HasPrefix(z.s[z.i:], text) {
		return false
	}
	z.dst = append(z.dst, shape...)
	z.i += len(text)
	return true
}

// pairs makes the shapes of keys, as long as they are those that came after each other before, and of their values that are texts or
// numbers.
func (z *shaper) pairs() {
	if z.key == nil {
		return
	}
	for k := z.key.next; k != nil && z.take(k.text, k.shape); k = k.next {
		z.key = k
		switch c := at(z.s, z.i); {
		case c == '"':
			z.value()
		case k.plain && (c == '-' || classes[c]&classDigit != 0):
			if !z.plainNumber() {
				return
			}
		default:
			return
		}
		if at(z.s, z.i) != ',' || len(z.dst)-z.start >= maxShape {
			return
		}
		z.dst = append(z.dst, ',')
		z.i++
	}
}

// plainNumber makes the shape of a number of digits and points that is no status; false if it is another one.
func (z *shaper) plainNumber() bool {
	n := z.i + 1
	for n < len(z.s) && (z.s[n]-'0' < 10 || z.s[n] == '.') {
		n++
	}
	if !ended(z.s, n) || len(z.dst)-z.start >= maxShape {
		return false
	}
	z.mark(markNumber)
	z.i = n
	return true
}

// value makes the shape of a string that follows a colon.
func (z *shaper) value() {
	k := z.key
	if k.values.varied() {
		z.variedValue()
		return
	}
	v := k.values.in(slot(z.s, z.i))
	if v.text != "" && ended(z.s, z.i+len(v.text)) && z.take(v.text, v.shape) {
		k.values.hits++
		return
	}
	k.values.lost++
	from, i := len(z.dst), z.i
	z.jsonString()
	if z.whole(i) && alone(z.s[i:z.i]) {
		z.memory.keep(v, z.s[i:z.i], string(z.dst[from:]))
	}
}

// whole reports whether the shape that ends here is that of a string from i on, all of it and a value.
func (z *shaper) whole(i int) bool {
	return len(z.dst)-z.start < maxShape && z.i-i < maxMemo && ended(z.s, z.i) && z.s[z.i-1] == '"' && z.i-i >= 2
}

// ended reports whether what stands at i ends a value, so that a string before it is none of a key.
func ended(s string, i int) bool {
	c := at(s, i)
	return c == ',' || c == '}' || c == ']'
}
