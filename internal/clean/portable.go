package clean

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// JSON that is valid is not read the same by all, or at all: of a key that stands twice some take the first value,
// some the last, and some refuse the file; so they do with half a surrogate pair and with numbers beyond
// float64. portable reports whether the valid object raw, at a level, has none of them.
// What is more than maxLevels deep is not looked into.
func portable(raw []byte, level int) bool {
	var keys keySet
	object := raw[0] == '{'
	for it := jsonscan.Members(raw, 0); it.Next(); {
		switch {
		case object && (it.KeyEscaped && loneSurrogate(it.Key) || !keys.add(&it)):
			return false
		case it.Kind == jsonscan.String && loneSurrogate(it.Value), it.Kind == jsonscan.Number && !portableNumber(it.Value):
			return false
		case it.Kind >= jsonscan.Object && level < maxLevels && !portable(it.Value, level+1):
			return false
		}
	}
	return true
}

// appendPortable appends raw, the object or array at a level, with what portable finds put right, as discovery
// reads it: the last of equal keys stays, half a surrogate pair becomes U+FFFD, a number that no
// 64 bits hold becomes text. It is on one line.
func appendPortable(dst, raw []byte, level int) []byte {
	last := lastMembers(raw)
	dst = append(dst, raw[0])
	members := 0
	for it := jsonscan.Members(raw, 0); it.Next(); {
		if raw[0] == '{' {
			key := plainKey(&it)
			if at, ok := last[string(key)]; ok && at != it.Index {
				continue
			}
			if members++; members > 1 {
				dst = append(dst, ',')
			}
			dst = append(jsonscan.AppendString(dst, string(key)), ':')
		} else if members++; members > 1 {
			dst = append(dst, ',')
		}
		switch {
		case it.Kind >= jsonscan.Object && level < maxLevels:
			dst = appendPortable(dst, it.Value, level+1)
		case it.Kind == jsonscan.String && loneSurrogate(it.Value):
			text, _ := jsonscan.Unquote(nil, it.Value[1:len(it.Value)-1]) // the event is valid JSON
			dst = jsonscan.AppendString(dst, view(text))
		case it.Kind == jsonscan.Number && !portableNumber(it.Value):
			dst = append(append(append(dst, '"'), it.Value...), '"')
		default:
			dst = jsonscan.AppendCompact(dst, it.Value)
		}
	}
	return append(dst, raw[0]+2) // } and ] are the second after { and [
}

// lastMembers returns the place of the last member of each key; nil for an array.
func lastMembers(raw []byte) map[string]int {
	if raw[0] == '[' {
		return nil
	}
	last := map[string]int{}
	for it := jsonscan.Members(raw, 0); it.Next(); {
		last[string(plainKey(&it))] = it.Index
	}
	return last
}

// plainKey returns the key of a member without escapes.
func plainKey(it *jsonscan.Iter) []byte {
	if !it.KeyEscaped {
		return it.Key
	}
	key, _ := jsonscan.Unquote(nil, it.Key) // the event is valid JSON
	return key
}

// A keySet is the keys of one object: a few are compared faster than hashed.
type keySet struct {
	few  [16][]byte
	n    int
	many map[string]bool
}

// add reports whether the key of a member was not there yet.
func (s *keySet) add(it *jsonscan.Iter) bool {
	key := plainKey(it)
	if s.many == nil {
		for _, k := range s.few[:s.n] {
			if bytes.Equal(k, key) {
				return false
			}
		}
		if s.n < len(s.few) {
			s.few[s.n] = key
			s.n++
			return true
		}
		s.many = make(map[string]bool, 2*len(s.few))
		for _, k := range s.few {
			s.many[string(k)] = true
		}
	}
	if s.many[string(key)] {
		return false
	}
	s.many[string(key)] = true
	return true
}

// loneSurrogate reports whether an escape in s is one half of a surrogate pair without the other.
func loneSurrogate(s []byte) bool {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			return false
		}
		if s = s[i:]; s[1] != 'u' {
			s = s[2:]
			continue
		}
		switch r := escapedUnit(s); {
		case !utf16.IsSurrogate(r):
			s = s[6:]
		case utf16.DecodeRune(r, escapedUnit(s[6:])) == utf8.RuneError:
			return true
		default:
			s = s[12:]
		}
	}
}

// escapedUnit returns the UTF-16 unit of the \u escape that s starts with, -1 if it is none.
func escapedUnit(s []byte) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(view(s[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// portableNumber reports whether a number is one of 64 bits, with or without a sign or a fraction.
func portableNumber(raw []byte) bool {
	const surely = 18 // digits are at most those of any whole number of 64 bits
	if bytes.ContainsAny(raw, ".eE") {
		_, ok := jsonscan.ParseFloat(raw)
		return ok
	}
	if len(raw) <= surely {
		return true
	}
	if _, ok := jsonscan.ParseInt(raw); ok {
		return true
	}
	_, err := strconv.ParseUint(view(raw), 10, 64)
	return err == nil
}
