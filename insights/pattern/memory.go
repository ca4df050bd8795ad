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
	next        *known // the key that came after it
	values      []memo // texts that the key had, by slot; nil until it had one
	hits, lost  int    // how often a text was among values, and was not
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
	for k := i + 1; k < min(len(s), i+9); k++ {
		h = h<<8 | uint64(s[k])
	}
	return int(h * 0x9e3779b97f4a7c15 >> 58)
}

// alone reports whether the shape of a string, given with its quotes, is the same whatever stands before it: not that of a number
// that may be the status of an answer.
func alone(text string) bool {
	rest := strings.TrimLeft(text, "\"': =")
	return len(rest) < 3 || rest[0] < '1' || rest[0] > '5' || rest[1] == '.'
}

// varied tells that the texts of a key are too different to be worth a look.
func (k *known) varied() bool { return k.lost > 64 && k.hits < 2*k.lost }

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

// value makes the shape of a string that follows a colon.
func (z *shaper) value() {
	k := z.key
	if k.varied() {
		z.jsonString()
		return
	}
	at := slot(z.s, z.i)
	if k.values == nil {
		k.values = make([]memo, slots)
	}
	v := &k.values[at]
	if v.text != "" && ended(z.s, z.i+len(v.text)) && z.take(v.text, v.shape) {
		k.hits++
		return
	}
	k.lost++
	from, i := len(z.dst), z.i
	z.jsonString()
	if len(z.dst)-z.start >= maxShape || z.i-i >= maxMemo || !ended(z.s, z.i) || z.s[z.i-1] != '"' || z.i-i < 2 || !alone(z.s[i:z.i]) {
		return
	}
	old := len(v.text) + len(v.shape)
	if z.memory.bytes += z.i - i + len(z.dst) - from - old; z.memory.bytes > memoryBytes {
		z.memory.bytes -= z.i - i + len(z.dst) - from - old
		return
	}
	*v = memo{strings.Clone(z.s[i:z.i]), string(z.dst[from:])}
}

// ended reports whether what stands at i ends a value, so that a string before it is none of a key.
func ended(s string, i int) bool {
	c := at(s, i)
	return c == ',' || c == '}' || c == ']'
}
