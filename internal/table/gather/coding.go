package gather

import (
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
)

// maxTexts is how many different texts a coded column has at most. The writer of parts gives dictionaries up at about so many.
const maxTexts = 32 << 10

// A coding keeps texts as numbers in one dictionary, as long as all that comes is coded itself.
type coding struct {
	codes   map[string]uint32
	sources map[*string][]int64 // by dictionary that came, for each of its texts the number here; -1 not known yet
}

// NewCoded returns a Builder that keeps a text once, if all texts come by AddRange and are coded.
func NewCoded(kind column.Kind) *Builder {
	g := New(kind, 0)
	if kind == column.String || kind == column.JSON {
		g.coding = &coding{codes: map[string]uint32{}, sources: map[*string][]int64{}}
	}
	return g
}

// addCodes adds coded texts; it is false, and nothing is added, if g cannot be coded.
func (g *Builder) addCodes(c *column.Column, from, to int) bool {
	if c.Codes == nil || g.Len > 0 && g.Codes == nil || len(g.Strings)+len(c.Strings) > maxTexts {
		return false
	}
	key := unsafe.SliceData(c.Strings)
	known := g.coding.sources[key]
	if len(known) < len(c.Strings) {
		known = make([]int64, len(c.Strings))
		for i := range known {
			known[i] = -1
		}
		g.coding.sources[key] = known
	}
	for i, code := range c.Codes[from:to] {
		if c.Nulls != nil && c.Nulls.Get(from+i) {
			g.Codes = append(g.Codes, 0)
			continue
		}
		if known[code] < 0 {
			known[code] = int64(g.number(c.Strings[code]))
		}
		g.Codes = append(g.Codes, uint32(known[code]))
	}
	return true
}

// number returns the number of a text, which gets one if it has none.
func (g *Builder) number(s string) uint32 {
	n, ok := g.coding.codes[s]
	if !ok {
		n = uint32(len(g.Strings))
		g.coding.codes[s] = n
		g.Strings = append(g.Strings, s)
	}
	return n
}

// decode keeps texts one by one from here on.
func (g *Builder) decode() {
	if g.coding == nil {
		return
	}
	g.coding = nil
	if g.Codes == nil {
		return
	}
	texts := make([]string, g.Len, 2*g.Len)
	for i, code := range g.Codes {
		if g.Nulls == nil || !g.Nulls.Get(i) {
			texts[i] = g.Strings[code]
		}
	}
	g.Strings, g.Codes = texts, nil
}
