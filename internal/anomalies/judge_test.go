package anomalies

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/insights/pattern"
)

// formsOf returns the forms of messages, with how often each occurred before and now.
func formsOf(counts map[string][2]int64) []pattern.Form {
	s := pattern.NewSet()
	for _, m := range slices.Sorted(maps.Keys(counts)) {
		s.Add(m, counts[m][0], 0)
		s.Add(m, counts[m][1], 1)
	}
	return s.Forms()
}

func TestJudge(t *testing.T) {
	// Ten hours were learnt; a window is of one hour, so that a tenth of what was is usual.
	for _, tt := range []struct {
		name string
		is   map[string][2]int64 // by message: in ten hours, in this one
		want string
	}{
		{"as always", map[string][2]int64{"request done": {1000, 100}}, ""},
		{"a little more", map[string][2]int64{"request done": {1000, 499}}, ""},
		{"five times as much", map[string][2]int64{"request done": {1000, 500}}, "frequency MEDIUM"},
		{"ten times as much", map[string][2]int64{"request done": {1000, 1000}}, "frequency HIGH"},
		{"five times as much of errors", map[string][2]int64{"ERROR disk is full": {1000, 500}}, "frequency HIGH"},
		{"much more of what is rare", map[string][2]int64{"request done": {1000, 100}, "cache is cold": {1, 19}}, ""},
		{"enough of what is rare", map[string][2]int64{"request done": {1000, 100}, "cache is cold": {1, 20}}, "frequency HIGH"},
		{"nothing", map[string][2]int64{"request done": {1000, 0}}, ""},
		{"something new", map[string][2]int64{"request done": {1000, 100}, "worker began to drink tea": {0, 1}}, "new pattern LOW"},
		{"a new warning", map[string][2]int64{"request done": {1000, 100}, "WARN worker is tired": {0, 1}}, "new pattern MEDIUM"},
		{"a new error", map[string][2]int64{"request done": {1000, 100}, "ERROR worker ran away": {0, 3}}, "new pattern HIGH"},
		{"another word", map[string][2]int64{"order was paid today": {1000, 100}, "order was stolen today": {0, 1}}, "token variation LOW"},
		{"another word in what is rare", map[string][2]int64{"request done": {1000, 1}, "order was paid today": {99, 9}, "order was stolen today": {0, 1}}, "new pattern LOW"},
		{"another status", map[string][2]int64{`"GET /a HTTP/1.1" 200 12`: {1000, 100}, `"GET /a HTTP/1.1" 503 12`: {0, 4}}, "HTTP error code HIGH"},
		{"a status of the client's", map[string][2]int64{`"GET /a HTTP/1.1" 200 12`: {1000, 100}, `"GET /a HTTP/1.1" 404 12`: {0, 4}}, "HTTP error code LOW"},
		{"too little learnt", map[string][2]int64{"request done": {99, 100}, "ERROR worker ran away": {0, 3}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &model{Span: 10 * time.Hour.Milliseconds()}
			for _, c := range tt.is {
				m.Events += c[0]
			}
			var got []string
			for _, x := range judge(m, new(habits), formsOf(tt.is), 0, time.Hour) {
				got = append(got, fmt.Sprintf("%s %s", x.kind, x.priority))
				if x.description == "" {
					t.Errorf("judge() of %v does not describe %+v", tt.is, x)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("judge(%v) = %q, want %q", tt.is, s, tt.want)
			}
		})
	}
}

func TestJudgeWhatTheModelCouldNotKeep(t *testing.T) {
	m := &model{Span: 1000, Events: 1000, Cut: true}
	if got := judge(m, new(habits), formsOf(map[string][2]int64{"a": {1000, 1}, "something rare": {0, 9}}), 0, time.Second); len(got) != 0 {
		t.Errorf("judge() = %+v, want nothing: the model may have known it", got)
	}
	if got := judge(m, new(habits), formsOf(map[string][2]int64{"a": {1000, 1}, "something rare": {0, 10}}), 0, time.Second); len(got) != 1 {
		t.Errorf("judge() = %+v, want one finding", got)
	}
}

func TestNewPatternsWhereMuchIsRare(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for _, tt := range []struct {
		name string
		once int // patterns that were met once
		span time.Duration
		cut  bool
		want int64
	}{
		{"nothing is rare", 0, week, false, 1},
		{"a young model that has met little once", minRare - 1, time.Hour, false, 1},
		{"a young model", minRare, time.Hour, false, newEvents},
		{"one new one a week", minRare, minRare * week, false, 1},
		{"more than one new one a week", minRare, minRare*week - time.Millisecond, false, newEvents},
		{"patterns were left out", 0, week, true, cutEvents},
	} {
		m := &model{Events: 1000, Span: tt.span.Milliseconds(), Cut: tt.cut, Forms: []modelForm{{"a", 900}}}
		for range tt.once {
			m.Forms = append(m.Forms, modelForm{"b", 1})
		}
		if got := m.newFrom(); got != tt.want {
			t.Errorf("%s: newFrom() = %d, want %d", tt.name, got, tt.want)
		}
		for n, want := range map[int64]int{tt.want - 1: 0, tt.want: 1} {
			forms := formsOf(map[string][2]int64{"request done": {900, 1}, "ERROR worker ran away": {0, n}})
			if got := judge(m, new(habits), forms, 0, time.Minute); len(got) != want {
				t.Errorf("%s: judge() of a new pattern that occurs %d times = %v, want %d findings", tt.name, n, got, want)
			}
		}
	}
}

func TestJudgeKeepsWhatMattersMost(t *testing.T) {
	is := map[string][2]int64{"request done": {1000, 100}}
	for i := range maxFindings + 10 {
		is[fmt.Sprintf("x%c%c is%c", 'a'+i%26, 'a'+i/26, 'a'+i%7)] = [2]int64{0, 1}
	}
	is["ERROR worker ran away"] = [2]int64{0, 1}
	got := judge(&model{Span: 1000, Events: 1000}, new(habits), formsOf(is), 0, time.Second)
	if len(got) == 0 || len(got) > maxFindings || got[0].priority != high {
		t.Errorf("judge() found %d, the first %+v; want at most %d, the error first", len(got), got[:1], maxFindings)
	}
}

func TestLearnt(t *testing.T) {
	forms := formsOf(map[string][2]int64{"often": {100, 0}, "rarely": {1, 0}})
	n := func(i int) int64 { return forms[i].N[0] }
	for _, tt := range []struct {
		name         string
		span, more   time.Duration
		want         time.Duration
		events, kept int64
	}{
		{"the beginning", 0, time.Hour, time.Hour, 101, 2},
		{"as long as memory lasts", 0, memory, memory, 101, 2},
		{"longer than memory lasts", memory, time.Hour, (memory + time.Hour) / 2, 50, 1},
	} {
		m, err := (&model{Span: tt.span.Milliseconds()}).learnt(forms, n, tt.more)
		if err != nil || m.Span != tt.want.Milliseconds() || m.Events != tt.events || int64(len(m.Forms)) != tt.kept || m.Cut {
			t.Errorf("%s: learnt() = %+v, %v, want a span of %v, %d events and %d forms", tt.name, m, err, tt.want, tt.events, tt.kept)
		}
	}
	var large []pattern.Form
	for i := range 1000 {
		large = append(large, pattern.Form{Shape: fmt.Sprintf("%04d%s", i, strings.Repeat("x", 1000)), N: pattern.Counts{1, 0}})
	}
	m, err := new(model).learnt(large, func(int) int64 { return 1 }, time.Hour)
	if err != nil || !m.Cut || len(m.Forms) < 700 || len(m.Forms) > 800 || m.Events != 1000 {
		t.Errorf("learnt() of a megabyte keeps %d forms, cut %t, %v; want what fits", len(m.Forms), m.Cut, err)
	}
}

func TestTokens(t *testing.T) {
	text := "took <Duration-1> for <IPAddress-2> and <b> and <Other-7>"
	if got, want := patternString(text), "took <*> for <*> and <b> and <Other-7>"; got != want {
		t.Errorf("patternString(%q) = %q, want %q", text, got, want)
	}
	got := tokensOf(text, []string{"took 3ms for 10.0.0.1 and <b> and <Other-7>", "took 3ms  for 10.0.0.2 and <b> and <Other-7>", "else"})
	want := []token{
		{Text: "took"}, {dynamic, "Duration-1", map[string]int64{"3ms": 2}}, {Text: "for"},
		{dynamic, "IPAddress-2", map[string]int64{"10.0.0.1": 1, "10.0.0.2": 1}}, {Text: "and"}, {Text: "<b>"}, {Text: "and"}, {Text: "<Other-7>"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("tokensOf(%q) = %v, want %v", text, got, want)
	}
	js := `{"level":"error","ms":<Number-1>}`
	if got := tokensOf(js, []string{`{"level": "error", "ms": 41}`}); got[1].Values["41"] != 1 {
		t.Errorf("tokensOf(%q) = %v, want the value 41", js, got)
	}
	for _, tt := range []struct{ pattern, message, want string }{
		{"<Number-1>", "4711", "[4711]"},
		{"a <Number-1> b", "a 1 b", "[1]"},
		{"a <Number-1> b", "a 1 b c", "[]"},
		{"a <Number-1> b", "xa 1 b", "[]"},
		{"<Number-1><ID-2>", "1ab", "[ 1ab]"},
		{"<Token-1>, <Token-2>", "a, b, c", "[a b, c]"},
		{"a\nb <Number-1>", "a  \n\t b \t 7 ", "[7]"},
	} {
		if got := fmt.Sprint(valuesIn(nil, parts(tt.pattern), blanksAsInPatterns(tt.message))); got != tt.want {
			t.Errorf("valuesIn(%q, %q) = %s, want %s", tt.pattern, tt.message, got, tt.want)
		}
	}
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("took %dms", i))
	}
	if got := tokensOf("took <Duration-1>", many); len(got[1].Values) != maxValues {
		t.Errorf("tokensOf() keeps %d values, want %d", len(got[1].Values), maxValues)
	}
	if id := patternID(text); len(id) != 32 || id != patternID(strings.ReplaceAll(text, "Duration", "Number")) {
		t.Errorf("patternID(%q) = %q, want 32 digits that names do not change", text, id)
	}
}

func TestPatternRegexFindsItsMessages(t *testing.T) {
	for _, tt := range []struct {
		pattern, message string
		want             bool
	}{
		{"took <Duration-1> (of 5)", "took  3ms (of 5)\n", true},
		{"took <Duration-1> (of 5)", "took 3ms of 5", false},
		{`{"level":"error","ms":<Number-1>}`, `{"level": "error", "ms": 41}`, true},
	} {
		if got := regexp.MustCompile(patternRegex(tt.pattern)).MatchString(tt.message); got != tt.want {
			t.Errorf("the regular expression of %q matches %q: %t, want %t", tt.pattern, tt.message, got, tt.want)
		}
	}
}
