package jsonscan

import "bytes"

// An Iter walks the members of an object or the elements of an array, one per call of Next. It
// checks what Value checks. The slices it gives are parts of the text it walks.
//
//	for it := Members(b, i); it.Next(); {
//		use(it.Key, it.Value)
//	}
type Iter struct {
	Key        []byte // of an object's member: between the quotes, as it is written
	KeyEscaped bool   // Key holds a backslash: its text is Unquote(Key)
	Value      []byte // as it is written, a string with its quotes
	Kind       Kind   // of Value
	Index      int    // of the member or element, from 0

	b     []byte
	i     int
	close byte // the closing bracket; 0 when the walk is over
	ok    bool
}

// Members returns an iterator over the object or array at b[i].
func Members(b []byte, i int) Iter {
	it := Iter{b: b, i: i, Index: -1}
	if uint(i) < uint(len(b)) {
		switch b[i] {
		case '{':
			it.close = '}'
		case '[':
			it.close = ']'
		}
	}
	return it
}

// Next moves to the next member and reports whether there is one. It is false too where the text
// goes wrong; End tells the two apart.
func (it *Iter) Next() bool {
	if it.close == 0 {
		return false
	}
	if !it.compact() {
		if more, ok := it.advance(); !more {
			return it.stop(ok)
		}
		if it.close == '}' && !it.key() {
			return it.stop(false)
		}
	}
	end, k := Value(it.b, it.i)
	if k == Invalid {
		it.i = end
		return it.stop(false)
	}
	it.Value, it.Kind = it.b[it.i:end], k
	it.i = end
	it.Index++
	return true
}

// compact is advance and key for what most members are: a comma and a key without a blank. It is
// false, and nothing has changed, for all others.
func (it *Iter) compact() bool {
	b, i := it.b, it.i
	if it.Index < 0 || it.close != '}' || len(b)-i < len(`,"":0`) || b[i] != ',' || b[i+1] != '"' {
		return false
	}
	i += 2
	end := i + bytes.IndexByte(b[i:], '"')
	if end < i || b[end-1] == '\\' || len(b)-end < 2 || b[end+1] != ':' {
		return false
	}
	it.Key, it.KeyEscaped = b[i:end], HasEscape(b[i:end])
	it.i = Space(b, end+2)
	return true
}

// advance passes what stands before the next member: the opening bracket or a comma. more is false
// at the closing bracket, which it passes, and where neither stands; ok tells them apart.
func (it *Iter) advance() (more, ok bool) {
	b, first := it.b, it.Index < 0
	if first {
		it.i++
	}
	it.i = Space(b, it.i)
	switch {
	case it.i == len(b):
		return false, false
	case b[it.i] == it.close:
		it.i++
		return false, true
	case first:
		return true, true
	case b[it.i] == ',':
		it.i = Space(b, it.i+1)
		return true, true
	}
	return false, false
}

// key reads the key at it.i and moves to its value.
func (it *Iter) key() bool {
	b := it.b
	if it.i == len(b) || b[it.i] != '"' {
		return false
	}
	start := it.i + 1
	end, ok := SkipString(b, start)
	if !ok {
		return false
	}
	it.Key = b[start : end-1]
	it.KeyEscaped = HasEscape(it.Key)
	it.i = Space(b, end)
	if it.i == len(b) || b[it.i] != ':' {
		return false
	}
	it.i = Space(b, it.i+1)
	return true
}

// stop ends the walk.
func (it *Iter) stop(ok bool) bool {
	it.close, it.ok = 0, ok
	it.Key, it.Value, it.Kind = nil, nil, Invalid
	return false
}

// End returns, once Next has returned false, the position after the closing bracket. When ok is
// false the text went wrong there instead.
func (it *Iter) End() (end int, ok bool) { return it.i, it.ok }
