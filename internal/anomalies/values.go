package anomalies

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Values are what stands in one place of a pattern: few words, or numbers.
type values struct {
	Name string `json:"name"` // of the place: Number-1
	N    int64  `json:"n,omitempty"`

	// Of words. Names of hosts, say, are few; ids of requests are not.
	Each  map[string]int64 `json:"each,omitempty"`
	Many  bool             `json:"many,omitempty"`  // there are more than maxEach
	Early int64            `json:"early,omitempty"` // N when the last new one came
	NewAt int64            `json:"newAt,omitempty"` // and the time, ms

	// Of numbers.
	All     numbers `json:"all,omitzero"`
	Now     numbers `json:"now,omitzero"` // since the last comparison
	Windows int     `json:"windows,omitempty"`
	Records int     `json:"records,omitempty"` // windows whose median was beyond those of all before
	Lo      float64 `json:"lo,omitempty"`      // the least median of a window
	Hi      float64 `json:"hi,omitempty"`

	odd oddity // of this stretch
}

// An oddity is what is unusual of a place in a stretch of time.
type oddity struct {
	n        int64
	most     float64
	texts    map[string]int64
	evidence evidence
}

// Rules of what is unusual of values [R]: AWS documents that token values and numbers are looked at, and not how.
const (
	maxEach       = 16             // so many words a place may have to be one of few
	maxEachBytes  = 64             // of such a word
	minEach       = 5              // so often each of them must have occurred: what comes once in a while has more of its kind
	minWords      = 1000           // and so often any of them
	minNumbers    = 500            // so many numbers must be known
	minWindows    = 24             // in so many windows
	windowNumbers = 30             // of so many numbers at least
	habitAge      = 24 * time.Hour // so long a place must be known: a day may have its rhythm
	shiftFactor   = 2              // so many times the usual must half of the numbers be
	farFactor     = 2              // five numbers must be so many times the largest
	veryFarFactor = 10             // or one so many
	farNumbers    = 5
	maxOdd        = 100 // messages kept of what is odd
)

// placeKind tells whether the values of a place of a pattern are worth a look: numbers, words, or neither. It is asked for each value.
func placeKind(name string) (isNumber, isWord bool) {
	if strings.HasPrefix(name, "Number-") || strings.HasPrefix(name, "Duration-") {
		return true, false
	}
	return false, strings.HasPrefix(name, "Token-") || strings.HasPrefix(name, "ID-") || strings.HasPrefix(name, "IPAddress-")
}

// see counts a value. since is from when on the pattern is known.
func (v *values) see(text string, at, since int64, message string) {
	isNumber, isWord := placeKind(v.Name)
	switch {
	case isNumber:
		if x, ok := numberIn(text); ok {
			if v.knowsNumbers(at, since) && v.isFar(x) {
				v.odd.add(text, at, message)
				v.odd.most = max(v.odd.most, x)
			}
			v.Now.add(x, 1)
		}
	case isWord && !v.Many:
		v.seeWord(text, at, since, message)
	}
}

func (v *values) seeWord(text string, at, since int64, message string) {
	if text == "" || len(text) > maxEachBytes {
		return
	}
	if _, known := v.Each[text]; !known && v.knowsWords(at, since) {
		v.odd.add(text, at, message)
		return
	}
	v.N++
	v.learnWord(text, at, 1)
}

func (v *values) learnWord(text string, at, n int64) {
	if _, known := v.Each[text]; known {
		v.Each[text] += n
		return
	}
	if len(v.Each) == maxEach {
		v.Each, v.Many = nil, true
		return
	}
	if v.Each == nil {
		v.Each = map[string]int64{}
	}
	v.Each[strings.Clone(text)], v.Early, v.NewAt = n, v.N, at
}

// knowsWords tells whether the words of a place are few, and no new one came for long.
func (v *values) knowsWords(at, since int64) bool {
	if v.Many || v.N < minWords || v.Early > v.N/4 || at-since < habitAge.Milliseconds() || at-v.NewAt < habitAge.Milliseconds() {
		return false
	}
	for _, n := range v.Each {
		if n < minEach {
			return false
		}
	}
	return true
}

// knowsNumbers tells whether it is known which numbers are usual. Those that grow, as counters do, never are.
func (v *values) knowsNumbers(at, since int64) bool {
	return v.All.N >= minNumbers && v.Windows >= minWindows && v.Records <= v.Windows/3 && at-since >= habitAge.Milliseconds()
}

// isFar tells whether a number is far from all others: above twice the largest, or the first below 0.
func (v *values) isFar(x float64) bool {
	if v.All.Min >= 0 && x < 0 {
		return true
	}
	return x > farFactor*v.All.Max && v.All.Max > 0
}

func (o *oddity) add(text string, at int64, message string) {
	o.n++
	o.evidence.add(at, message, maxOdd)
	if o.texts == nil {
		o.texts = map[string]int64{}
	}
	if _, ok := o.texts[text]; ok || len(o.texts) < maxValues {
		o.texts[strings.Clone(text)]++
	}
}

// judge returns what is unusual of the place up to a time, and what to call it; false if nothing is.
func (v *values) judge(at, since int64) (kind, priority, string, bool) {
	if isNumber, _ := placeKind(v.Name); !isNumber {
		if v.odd.n == 0 {
			return "", low, "", false
		}
		word := slices.Sorted(maps.Keys(v.odd.texts))[0]
		return tokenVariation, low, fmt.Sprintf("%q stands in the place of %s, where %d values are usual", word, v.Name, len(v.Each)), true
	}
	if !v.knowsNumbers(at, since) {
		return "", low, "", false
	}
	if v.Now.N >= windowNumbers {
		middle, least, most := v.Now.quantile(0.5), v.All.quantile(0.05), v.All.quantile(0.95)
		text := fmt.Sprintf("half of the numbers in the place of %s are around %.4g, where %.4g is usual", v.Name, middle, v.All.quantile(0.5))
		switch {
		case middle > most && middle > shiftFactor*v.Hi && v.Hi > 0:
			if middle > spikeFactor*v.Hi {
				return numerical, high, text, true
			}
			return numerical, medium, text, true
		case middle < least && v.Lo > 0 && middle < v.Lo/shiftFactor:
			return numerical, medium, text, true
		}
	}
	if v.odd.n >= farNumbers || v.odd.n > 0 && (v.odd.most > veryFarFactor*v.All.Max || v.All.Min >= 0 && v.odd.most <= 0) {
		return numerical, medium, fmt.Sprintf("numbers in the place of %s are up to %.4g, where none was above %.4g", v.Name, v.odd.most, v.All.Max), true
	}
	return "", low, "", false
}

// learn takes what came for usual, once there is enough of it.
func (v *values) learn(at int64) {
	for text, n := range v.odd.texts {
		if _, isWord := placeKind(v.Name); isWord && !v.Many {
			v.learnWord(text, at, n)
		}
	}
	v.odd = oddity{}
	if v.Now.N < windowNumbers {
		return
	}
	middle := v.Now.quantile(0.5)
	if v.Windows == 0 {
		v.Lo, v.Hi = middle, middle
	}
	if v.Windows++; middle < v.Lo || middle > v.Hi {
		v.Records++
	}
	v.Lo, v.Hi = min(v.Lo, middle), max(v.Hi, middle)
	v.All.merge(&v.Now)
	v.Now = numbers{}
}

// drop forgets what came since the last comparison.
func (v *values) drop() { v.Now, v.odd = numbers{}, oddity{} }

// halve lets what was learnt count half.
func (v *values) halve() {
	v.All.halve()
	v.N, v.Early = v.N/2, v.Early/2
	for text, n := range v.Each {
		if v.Each[text] = n / 2; n < 2 {
			delete(v.Each, text)
		}
	}
}
