package filterpattern

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// settle reports whether the answer stands after the value, ending at b[end], of child or of one
// that a wildcard at the root stands for. It does if what is known decides and no key that it
// rests on comes again.
func (w *walker) settle(child *path, end int) bool {
	if w.whole {
		return false
	}
	root := w.form.paths
	if child != nil {
		w.known.addAll(&child.under)
	}
	w.knowHits(root.anyKey)
	w.knowHits(root.anyElem)
	answer := w.verdict(&w.known)
	if answer == open {
		return false
	}
	for _, k := range root.keys {
		seen := k.under
		seen.keepAll(&w.known)
		if !seen.empty() && (k.key.in(w.b[end:]) || w.escapes && disguises(w.b[end:], k.plain)) {
			w.whole = true
			return false
		}
	}
	w.settled = answer
	return true
}

// knowHits makes what a wildcard at the root has hit known: no other value can take it back.
func (w *walker) knowHits(each *path) {
	if each != nil {
		hits := w.hits
		hits.keepAll(&each.under)
		w.known.addAll(&hits)
	}
}

// repeats reports whether a key, given with its quotes, may come again in rest.
func repeats(quoted, rest []byte) bool {
	return jsonscan.HasEscape(quoted) || bytes.Contains(rest, quoted) || disguises(rest, isPlain(quoted[1:len(quoted)-1]))
}

// disguises reports whether rest may hold a key in another spelling: with \u escapes, or with any
// escape if the key is not plain.
func disguises(rest []byte, plain bool) bool {
	if plain {
		return hides(rest)
	}
	return jsonscan.HasEscape(rest)
}

// hides reports whether b may hold a character written as a \u escape.
func hides(b []byte) bool {
	for i := 0; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], '\\')
		if j < 0 {
			return false
		}
		if i += j + 1; i < len(b) && b[i] == 'u' {
			return true
		}
	}
	return false
}

// isPlain reports whether a key, without its quotes, can only be spelled differently with \u escapes.
func isPlain(key []byte) bool {
	for _, c := range key {
		if c < ' ' || c == '"' || c == '\\' || c == '/' {
			return false
		}
	}
	return true
}
