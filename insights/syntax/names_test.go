package syntax

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFieldName(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"one part", "level", "level"},
		{"dots", "user.id", "user.id"},
		{"a list position as a part", "items.0.name", "items.0.name"},
		{"a list position in brackets", "j.k[0].z[12]", "j.k[0].z[12]"},
		{"backticks around all", "`user.id`", "user.id"},
		{"backticks around a part", "j.`odd key`.x", "j.odd key.x"},
		{"backticks after @", "@`aws.tag.a:b`", "@aws.tag.a:b"},
		{"blanks between parts", "a . b [ 1 ]", "a.b[1]"},
		{"a part that begins with digits", "a.5xx.0e1.0x", "a.5xx.0e1.0x"},
	} {
		q, err := ParseQuery("dedup " + tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := q.Commands[0].(*Dedup).Fields[0].Name(); got != tt.want {
			t.Errorf("%s: Name of %s = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestNameKey(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"blanks", " bin( 5m ) ", "bin(5m)"},
		{"the case of functions", "SUM(Fault)", "sum(Fault)"},
		{"the case of an inner function", "Round(AVG(x), 2)", "round(avg(x),2)"},
		{"the case of fields stays", "Level", "Level"},
		{"operators", "a +  b*2", "a+b*2"},
		{"words", "a  AND not b", "a and not b"},
		{"strings stay", `concat( "A  B" )`, `concat("A  B")`},
		{"the kind of quotes", `concat('a')`, `concat("a")`},
		{"a regular expression stays", "a like /X  Y/", "a like /X  Y/"},
		{"backticks of a lone field", "`user.id`", "user.id"},
		{"backticks of a lone field with blanks", "`a  b`", "a  b"},
		{"backticks inside an expression", "max(`a b`)", "max(`a b`)"},
		{"a comment", "max(a) # most", "max(a)"},
		{"a member of a result", "jsonParse( x ) .a [0]", "jsonparse(x).a[0]"},
		{"a list", "a in [ 1, 'x' ]", `a in [1,"x"]`},
		{"a name with blanks", "a  b", "a  b"},
		{"a name with a hyphen", "x-y", "x-y"},
		{"a column by its text in backticks", "`count(*)`", "count(*)"},
		{"count", "COUNT ( * )", "count(*)"},
		{"nothing", "", ""},
		{"what cannot be read", "a = ", "a = "},
	} {
		if got := NameKey(tt.text); got != tt.want {
			t.Errorf("%s: NameKey(%q) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestNameKeyOfAnExpressionAndItsText(t *testing.T) {
	for _, text := range []string{"COUNT( * )", "sum(a)/ count(*)*100", "bin( 5min )", "if( a>1 , 'x', \"y\" )", "(a)", "`x y`", "a.b.0"} {
		q, err := ParseQuery("fields " + text)
		if err != nil {
			t.Fatal(err)
		}
		p := q.Commands[0].(*Fields).Projs[0]
		if fromText, fromTree := NameKey(p.Text), NameKey(p.Expr.String()); fromText != fromTree {
			t.Errorf("%s: NameKey of the text %q, of the tree %q, want equal", text, fromText, fromTree)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int64
		unit Unit // 0 if it is refused
	}{
		{"5m", 5, Minute},
		{"1ms", 1, Millisecond}, {"2msec", 2, Millisecond}, {"2msecs", 2, Millisecond}, {"1millisecond", 1, Millisecond},
		{"300s", 300, Second}, {"1sec", 1, Second}, {"2secs", 2, Second}, {"2seconds", 2, Second},
		{"1min", 1, Minute}, {"2mins", 2, Minute}, {"2minutes", 2, Minute},
		{"1h", 1, Hour}, {"1hr", 1, Hour}, {"2hrs", 2, Hour}, {"2hours", 2, Hour},
		{"1d", 1, Day}, {"2days", 2, Day},
		{"1w", 1, Week}, {"2weeks", 2, Week},
		{"1mo", 1, Month}, {"2mon", 2, Month}, {"2mons", 2, Month}, {"2months", 2, Month},
		{"1q", 1, Quarter}, {"1qtr", 1, Quarter}, {"2quarters", 2, Quarter},
		{"1y", 1, Year}, {"2yrs", 2, Year}, {"2years", 2, Year},
		{"5M", 5, Minute}, {"1HR", 1, Hour},
		{"0s", 0, Second}, {"007s", 7, Second},
		{"9223372036854775807s", math.MaxInt64, Second}, {"9223372036854775808s", 0, 0},
		{"", 0, 0}, {"5", 0, 0}, {"m", 0, 0}, {"5 m", 0, 0}, {" 5m", 0, 0}, {"5m ", 0, 0}, {"-5m", 0, 0}, {"+5m", 0, 0},
		{"1.5h", 0, 0}, {"5ss", 0, 0}, {"5ds", 0, 0}, {"5x", 0, 0}, {"5m3", 0, 0}, {"1h30m", 0, 0},
	} {
		want := Period{N: tt.n, Unit: tt.unit}
		got, ok := ParsePeriod(tt.text)
		if ok != (tt.unit != 0) || ok && got != want {
			t.Errorf("ParsePeriod(%q) = %v, %v, want %v, %v", tt.text, got, ok, want, tt.unit != 0)
		}
		if !ok {
			continue
		}
		if again, ok := ParsePeriod(got.String()); !ok || again != got {
			t.Errorf("ParsePeriod(%q) = %v, %v, want %v as before", got.String(), again, ok, got)
		}
	}
}

func TestWalk(t *testing.T) {
	query := "SOURCE 'g' | fields f(a, -b) as x, c.d | filter e like g or h in [i, j] and k in (fields l | limit 1) | filterIndex m = 1" +
		" | parse n '*' as x | dedup o, p | stats sum(q) as x by r | sort s as x desc | json field=t 'k' as x | pattern u | unmask v" +
		" | unnest w into x | expand y | join where z = aa (fields bb) | lookup tab cc as dd, ee OUTPUT ff | cidrlookup tab gg as hh OUTPUT ii" +
		" | addtotals jj | accum kk as x | autoregress ll | appendcols (fields mm) | countFrequent nn | fillmissing with 1 for oo" +
		" | outlier pp | relevantfields qq where rr | sessionize ss | display tt | unmask | diff | anomaly | estimate | filldown x" +
		" | logcompare timeshift 1d | tail 5 | $q(a = uu) | filter f(*) =~ /r/ | parse 'v*' as x"
	q, err := ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	commands := 0
	Walk(q, func(n any) bool {
		switch n := n.(type) {
		case *Field:
			got = append(got, n.Name())
		case Command:
			commands++
		}
		return true
	})
	want := []string{"a", "b", "c.d", "e", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "y", "z", "aa", "bb",
		"dd", "ee", "gg", "jj", "kk", "ll", "mm", "nn", "oo", "pp", "qq", "rr", "ss", "tt", "uu"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Walk(%q): fields (-want +got):\n%s", query, diff)
	}
	if want := len(q.Commands) + 4; commands != want {
		t.Errorf("Walk(%q): %d commands, want %d", query, commands, want)
	}
}

func TestWalkLeavesOut(t *testing.T) {
	q, err := ParseQuery("filter f(a) = b + 1 and c")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	Walk(q, func(n any) bool {
		if f, ok := n.(*Field); ok {
			got = append(got, f.Name())
		}
		_, call := n.(*Call)
		return !call
	})
	if diff := cmp.Diff([]string{"b", "c"}, got); diff != "" {
		t.Errorf("fields outside calls (-want +got):\n%s", diff)
	}
}

func TestFieldText(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"level", "level"}, {"user.id", "user.id"}, {"@timestamp", "@timestamp"}, {"route-name", "`route-name`"}, {"a.b-c", "`a.b-c`"}, {"a b", "`a b`"}, {"1st", "`1st`"},
	} {
		if got := FieldText(test.name); got != test.want {
			t.Errorf("FieldText(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}
