// Package redact hides what rules name in JSON objects: values by their keys, and pieces of text that look
// like e-mail addresses, card numbers and the like. Which events there are, and what becomes of them, is for others
// to say.
package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Redactor hides what rules find in JSON objects. All that they do not find stays as it is, byte for
// byte. Text that looks like JSON and is in a string, because the whole event is no valid JSON or a program put
// it there, is searched for keys too. It is not safe for concurrent use.
type Redactor struct {
	rules  []rule
	keys   bool // some rule is about keys
	values bool // some rule is about values
	mac    hash.Hash
	counts []int64 // by rule: values or pieces of text that were found

	out   []byte // the event in the making
	path  []byte // dotted name of where the walk is, in lower case, with a dot at its end
	plain []byte // the text of a string with escapes
	edit  []byte // the text of a string in the making
	cut   []byte // the text of a string without what stands behind keys in it
	next  []span // by rule: the piece it finds next in the text at hand
	sum   [sha256.Size]byte
}

type span struct{ start, end int }

// New returns a Redactor with a key for hashes; nil if there are no rules.
func New(r *Rules, key []byte) *Redactor {
	if r == nil || len(r.rules) == 0 {
		return nil
	}
	d := &Redactor{rules: r.rules, counts: make([]int64, len(r.rules)), next: make([]span, len(r.rules))}
	for i := range d.rules {
		d.keys = d.keys || d.rules[i].key != nil
		d.values = d.values || d.rules[i].find != nil
	}
	if r.Hashes() {
		d.mac = hmac.New(sha256.New, key)
	}
	return d
}

// Object returns the valid JSON object text with everything hidden that rules find. The result is
// text itself if that is nothing, else valid until the next call.
func (d *Redactor) Object(text []byte) []byte {
	d.out, d.path = d.out[:0], d.path[:0]
	if d.container(text, 1) == stays {
		return text
	}
	return d.out
}

// Counts returns how often each rule found something.
func (d *Redactor) Counts() []int64 { return d.counts }

// maxLevels is how many objects and arrays inside each other are looked into, as many as discovery takes
// apart. What is deeper is hidden.
const maxLevels = 64

// A verdict is what becomes of a member.
type verdict uint8

const (
	stays verdict = iota
	edited
	goes
)

// container appends the object or array raw, at a level, and says whether it stayed as it is. What separates a
// member from the one before it is appended with the member, so that it goes when the member goes.
func (d *Redactor) container(raw []byte, level int) verdict {
	array := raw[0] == '['
	depth, members, last := len(d.path), 0, 1 // last is where the member before ends in raw
	all := stays
	d.out = append(d.out, raw[0])
	for it := jsonscan.Members(raw, 0); it.Next(); {
		from := cap(raw) - cap(it.Value) // parts of raw, so the difference is the place
		to := from + len(it.Value)
		start := from
		if !array {
			start = cap(raw) - cap(it.Key) - 1
		}
		mark := len(d.out)
		if members > 0 || it.Index == 0 {
			d.out = append(d.out, raw[last:start]...)
		}
		v := d.member(&it, raw[start:from], array, level)
		d.path = d.path[:depth]
		if v == goes {
			d.out = d.out[:mark]
		} else {
			members++
		}
		if v != stays {
			all = edited
		}
		last = to
	}
	d.out = append(d.out, raw[last:]...)
	return all
}

// member appends a member of an object, head being its key with what follows up to the value, or an
// element of an array. An element does not go, null takes its place, so that the others keep their
// index.
func (d *Redactor) member(it *jsonscan.Iter, head []byte, array bool, level int) verdict {
	d.enter(it, array)
	v := stays
	if !array {
		v = d.head(it, head)
	}
	if v == goes {
		return goes
	}
	w := d.value(it, level)
	if w == goes && array {
		d.out = append(d.out, "null"...)
		return edited
	}
	return max(v, w)
}

// head appends the key of a member, in which rules about values hide what they find.
func (d *Redactor) head(it *jsonscan.Iter, head []byte) verdict {
	if d.values {
		text := it.Key
		if it.KeyEscaped {
			d.plain, _ = jsonscan.Unquote(d.plain[:0], text) // the event is valid JSON
			text = d.plain
		}
		switch v := d.text(text); v {
		case goes:
			return goes
		case edited:
			d.out = jsonscan.AppendString(d.out, view(d.edit))
			d.out = append(d.out, head[len(it.Key)+len(`""`):]...)
			return edited
		}
	}
	d.out = append(d.out, head...)
	return stays
}

// value appends the value of a member of a container at a level. What is nested deeper than maxLevels
// is masked unseen.
func (d *Redactor) value(it *jsonscan.Iter, level int) verdict {
	if d.keys && it.Kind != jsonscan.Null {
		path := d.path[:len(d.path)-1]
		key := path[bytes.LastIndexByte(path, '.')+1:]
		for i := range d.rules {
			if k := d.rules[i].key; k != nil && k.match(path, key) {
				return d.whole(i, it)
			}
		}
	}
	switch it.Kind {
	case jsonscan.Object, jsonscan.Array:
		if level == maxLevels {
			d.out = append(d.out, `"`+mask+`"`...)
			return edited
		}
		return d.container(it.Value, level+1)
	case jsonscan.String, jsonscan.Number:
		switch v := d.scalar(it); v {
		case goes:
			return goes
		case edited:
			d.out = jsonscan.AppendString(d.out, view(d.edit))
			return edited
		}
	}
	d.out = append(d.out, it.Value...)
	return stays
}

// scalar looks for what is to be hidden in a string or number. If that only changes its text, the new
// text is in d.edit.
func (d *Redactor) scalar(it *jsonscan.Iter) verdict {
	text, v := d.plainText(it), stays
	if d.keys && it.Kind == jsonscan.String {
		switch v = d.keyed(text); v {
		case goes:
			return goes
		case edited:
			text = d.cut
		}
	}
	if d.values {
		if w := d.text(text); w != stays {
			return w
		}
	}
	if v == edited {
		d.edit = append(d.edit[:0], d.cut...)
	}
	return v
}

// whole appends what rule i puts in place of a value.
func (d *Redactor) whole(i int, it *jsonscan.Iter) verdict {
	d.counts[i]++
	if d.rules[i].action == "drop" {
		return goes
	}
	d.edit = d.appendCover(d.edit[:0], i, d.plainText(it))
	d.out = jsonscan.AppendString(d.out, view(d.edit))
	return edited
}

// plainText returns the text of a string, and of any other value the JSON.
func (d *Redactor) plainText(it *jsonscan.Iter) []byte {
	if it.Kind != jsonscan.String {
		return it.Value
	}
	content := it.Value[1 : len(it.Value)-1]
	if !jsonscan.HasEscape(content) {
		return content
	}
	d.plain, _ = jsonscan.Unquote(d.plain[:0], content) // the event is valid JSON
	return d.plain
}

// text looks for pieces of s that rules about values hide. If it finds some that only change the
// text, the new text is in d.edit.
func (d *Redactor) text(s []byte) verdict {
	found := false
	for i := range d.rules {
		if find := d.rules[i].find; find != nil {
			d.next[i].start, d.next[i].end = find(s, 0)
			found = found || d.next[i].start >= 0
		}
	}
	if !found {
		return stays
	}
	d.edit = d.edit[:0]
	for pos := 0; ; {
		i := d.first(s, pos)
		if i < 0 {
			d.edit = append(d.edit, s[pos:]...)
			return edited
		}
		d.counts[i]++
		if d.rules[i].action == "drop" {
			return goes
		}
		at := d.next[i]
		d.edit = append(d.edit, s[pos:at.start]...)
		d.edit = d.appendCover(d.edit, i, s[at.start:at.end])
		pos = at.end
	}
}

// first returns the rule whose next piece at or after pos starts first; -1 if there is none.
func (d *Redactor) first(s []byte, pos int) int {
	best := -1
	for i := range d.rules {
		find := d.rules[i].find
		if find == nil {
			continue
		}
		if n := &d.next[i]; n.start >= 0 && n.start < pos {
			n.start, n.end = find(s, pos)
		}
		if n := d.next[i]; n.start >= 0 && (best < 0 || n.start < d.next[best].start) {
			best = i
		}
	}
	return best
}

// hashBytes is how much of a hash stands for the text: enough that no two texts share it.
const hashBytes = 16

// appendCover appends what stands for a text that rule i hides.
func (d *Redactor) appendCover(b []byte, i int, text []byte) []byte {
	if d.rules[i].action != "hash" {
		return append(b, mask...)
	}
	d.mac.Reset()
	d.mac.Write(text)
	return hex.AppendEncode(append(b, "sha256:"...), d.mac.Sum(d.sum[:0])[:hashBytes])
}

// enter puts the name of a member at the end of the path.
func (d *Redactor) enter(it *jsonscan.Iter, array bool) {
	start := len(d.path)
	switch {
	case array:
		d.path = strconv.AppendInt(d.path, int64(it.Index), 10)
	case it.KeyEscaped:
		d.path, _ = jsonscan.Unquote(d.path, it.Key) // the event is valid JSON
	default:
		d.path = append(d.path, it.Key...)
	}
	for i, c := range d.path[start:] {
		if 'A' <= c && c <= 'Z' {
			d.path[start+i] = c + ('a' - 'A')
		}
	}
	d.path = append(d.path, '.')
}

// view returns b as a string that shares its memory.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
