package plan_test

import (
	"errors"
	"testing"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// TestMistakes has a query for every mistake that planning finds, with its place.
func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{`filter a in (SOURCE g | filter b in (SOURCE h | fields c) | fields b)`, `1:38: a subquery cannot hold another subquery`},
		{`filter a in (SOURCE g | join left=l right=r where l.a = r.b (SOURCE h))`, `1:25: a join cannot stand inside a subquery or another join`},
		{`fields a in (SOURCE g | fields b)`, `1:14: a subquery stands only in filter (filter a in (...))`},
		{`filter a in (SOURCE g)`, `1:14: a subquery must name the column to look among (end it with fields name)`},
		{`filter a in (SOURCE g | fields b, c)`, `1:14: a subquery gives one column to look among, found 2: b, c (end it with display name)`},
		{`filter a in (SOURCE g | fields b | fields c)`, `1:14: a subquery gives one column to look among, found 2: b, c (end it with display name)`},
		{`filter a in (SOURCE g | parse x "* *" as b, c)`, `1:14: a subquery gives one column to look among, found 4: @timestamp, @message, b, c (end it with display name)`},
		{`filter a in (SOURCE g | stats count(*) as n by b)`, `1:14: a subquery gives one column to look among, found 2: b, n (end it with display name)`},
		{`filter a in (SOURCE g | fields b | estimate)`, `1:14: estimate cannot stand inside another query`},
		{`join left=l right=r where l.a = r.b (SOURCE g | estimate)`, `1:33: Unknown symbols found in or after stats: b
1:38: estimate cannot stand inside another query`},
		{`join left=l right=r where l.a = r.b (SOURCE g) | join left=l right=s where l.a = s.b (SOURCE h)`, `1:50: a query has at most one join`},
		{`join left=l right=r where x.a = r.b (SOURCE g)`, `1:27: join: the key must name its side, found x.a (write l.x.a)`},
		{`join where a = b (SOURCE g)`, `1:1: join needs names for both sides: left= and right= (join left=a right=b where a.id = b.id (...))`},
		{`join left=l right=r where l.a = r.b (SOURCE g | stats count(*) by c)`, `1:33: Unknown symbols found in or after stats: b`},
		{`join left=l right=r where l.a = r.b (SOURCE g | stats count(*) by b) | fields r.x`, `1:79: Unknown symbols found in or after stats: x`},
		{`filter a in (SOURCE g | fields b | appendcols (SOURCE h | fields c))`, `1:36: appendcols cannot stand inside another query`},
		{`appendcols max=0 (SOURCE g | stats count(*))`, `1:1: appendcols takes a max from 1 to 100000, found 0`},
		{`appendcols max=100001 (SOURCE g | stats count(*))`, `1:1: appendcols takes a max from 1 to 100000, found 100001`},
		{`lookup nousers id as a OUTPUT name`, `1:1: lookup table "nousers": it is not here`},
		{`lookup users ip as a OUTPUT name`, `1:14: lookup table "users" has no column "ip" (did you mean "id"?)`},
		{`lookup users id as a OUTPUT nam`, `1:29: lookup table "users" has no column "nam" (did you mean "name"?)`},
		{`cidrlookup users a as b OUTPUT name`, `1:23: lookup table "users" has no column "b"`},
		{`fields {{x}}`, `1:8: parameter "x" has no value outside a saved query`},
		{`fields a > 5m`, `1:12: a period such as 5m stands only in bin, datefloor, dateceil and rate (write the number alone, in milliseconds for times)`},
		{`fields nosuch(a)`, `1:8: unknown function "nosuch"`},
		{`fields strlen(a, b), round(), strlen(*)`, `1:8: strlen takes 1 argument, found 2 (strlen(s))
1:22: round takes 1 to 2 arguments, found 0 (round(x [, decimals]))
1:31: strlen cannot be called with * (strlen(s))`},
		{`fields count(*)`, `1:8: count is an aggregate and belongs into stats (stats count(*))`},
		{`stats count(*) as n by a | fields b`, `1:35: Unknown symbols found in or after stats: b`},
		{`stats nn, count(*) as n by a`, `1:7: nn stands outside an aggregate and is no group key (group by it, or take max(nn))`},
		{`stats a, count(*)`, `1:7: a stands outside an aggregate and is no group key (group by it, or take max(a))`},
		{`stats bin(5m), count(*)`, `1:7: bin(5m) stands outside an aggregate and is no group key (group by it, or take max(bin(5m)))`},
		{`stats count(*) as n by a | stats sum(n) by bin(5m)`, `1:44: bin needs @timestamp, which is gone after stats (carry it over: stats ..., max(@timestamp) as @t | stats ... by datefloor(@t, 5m))`},
		{`fields bin(5)`, `1:12: bin takes a period, found 5 (bin(5m))`},
		{`fields bin(0m)`, `1:12: bin: period "0m": got 0, want 1 or more`},
		{`filter a like /(/`, `1:15: regular expression: missing closing ) "(" at offset 0`},
		{`parse @message /a(?=b)/`, `1:16: regular expression: look-ahead "(?=" is not supported at offset 1`},
		{`parse @message "a * b *" as x`, `1:16: parse: the pattern has 2 *, the names are 1 (give each * one name after as)`},
		{`parse @message /a(b)/`, `1:16: parse: the regular expression captures nothing by name (name a group (?<name>...) or add as name)`},
		{`parse @message /a(b)(c)/ as x`, `1:16: parse: the regular expression has 2 capture groups, the names are 1`},
		{`stats count(*) by a | parse "x*" as b`, `1:23: parse needs @message, which is gone after stats (name the field to parse)`},
		{`sort jsonParse(a)`, `1:6: sort cannot take a map or list (name one of its members, such as jsonParse(a).name)`},
		{`dedup a | fields b`, `1:11: only limit may follow dedup, found fields (move fields before dedup)`},
		{`fields jsonParse(a) as b | dedup b`, `1:34: dedup cannot take a map or list (name one of its members, such as b.name)`},
		{`fields split(a, ",") as b | stats count(*) by b`, `1:47: stats cannot take a map or list (name one of its members, such as b.name)`},
		{`stats sum(jsonParse(a))`, `1:11: sum cannot take a map or list (name one of its members, such as jsonParse(a).name)`},
		{`pattern split(a, ",")`, `1:9: pattern cannot take a map or list (name one of its members, such as split(a, ",").name)`},
		{`fields jsonParse(a) as b | countFrequent b`, `1:42: countFrequent cannot take a map or list (name one of its members, such as b.name)`},
		{`limit 0`, `1:1: limit takes a number from 1 to 100000, found 0`},
		{`limit 100001`, `1:1: limit takes a number from 1 to 100000, found 100001`},
		{`sort a | stats count(*)`, `1:1: sort must come after the last stats (move it to the end)`},
		{`limit 5 | stats count(*)`, `1:1: limit must come after the last stats (move it to the end)`},
		{`sort a | pattern @message`, `1:10: pattern cannot follow sort (sort after pattern)`},
		{`estimate | limit 5`, `1:1: estimate must be the last command`},
		{`fields a | SOURCE g`, `1:12: SOURCE must come first (put SOURCE at the start)`},
		{`$saved(a = 1)`, `1:1: there is no saved query "saved"`},
		{`autoregress a p=3-2`, `1:1: autoregress takes a lag p of at least 1 and a range that rises, found 3-2 (p=1 or p=1-4)`},
		{`filldown zz*`, `1:1: filldown: no column fits zz* (name the columns with fields before it)`},
		{`stats count(*) by a | filldown b`, `1:23: Unknown symbols found in or after stats: b`},
		{`fillmissing with 0 for a`, `1:1: fillmissing needs stats ... by bin() before it (stats count(*) as n by bin(5m) | fillmissing with 0 for n)`},
		{`stats count(*) as n by bin(5m) | fillmissing with 0 for m`, `1:57: Unknown symbols found in or after stats: m`},
		{`stats count(*) as n by a | sessionize a`, `1:28: sessionize needs @timestamp, which is gone after stats`},
		{`stats count(*) by a | diff`, `1:23: diff reads events a second time, so it cannot follow commands that reorder, cut or group them (put it before them)`},
		{`limit 5 | diff`, `1:11: diff reads events a second time, so it cannot follow commands that reorder, cut or group them (put it before them)`},
		{`anomaly`, `1:1: anomaly needs patterns: put pattern before it (pattern @message | anomaly)`},
		{`stats count(*) by a offset 1h`, `1:28: offset shifts the bins of log events: it needs by bin() (stats ... by bin(1h) offset 1h)`},
		{`stats count(*) by bin(1h) offset 1mo`, `1:34: offset: a period of calendar months has no fixed length (use days or weeks)`},
		{`stats topk(3, a) by b`, `1:21: topk cannot be grouped: found by`},
		{`stats topk(3, a), count(*)`, `1:19: topk stands alone in stats, found another result`},
		{`stats topk(0, a)`, `1:7: topk: got "0" as k, want a whole number from 1 to 10000`},
		{`stats pct(a)`, `1:7: pct takes 2 arguments, found 1 (pct(f, percent))`},
		{`stats count(*) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n | stats sum(n) as n`, `1:203: a query has at most 10 stats commands`},
		{`fields datefloor(a, "x"), isIpInSubnet(a, "10.0.0.0/99")`, `1:8: period "x": want a number with a unit of time, such as 5m
1:27: subnet: got "10.0.0.0/99", want an address and the length of its prefix, such as 10.0.0.0/8`},
		{`stats count(*) as n by a | filter b = 1 and n > 1`, `1:35: Unknown symbols found in or after stats: b`},
		{`stats sum(count(*))`, `1:11: count is an aggregate and belongs into stats (stats count(*))`},
		{`parse a logfmt as m | sort m`, `1:28: sort cannot take a map or list (name one of its members, such as m.name)`},
		{`sessionize a maxspan 0m`, `1:22: maxspan: period 0m: got 0, want 1 to 105408000`},
		{`logcompare timeshift 300y`, `1:22: timeshift: period 300y: got 300, want 1 to 200`},
	} {
		t.Run(tt.query, func(t *testing.T) {
			_, err := compile(t, tt.query, 0)
			var mistakes syntax.Errors
			if !errors.As(err, &mistakes) || err.Error() != tt.want {
				t.Errorf("Compile(%q) = %v\nwant %s", tt.query, err, tt.want)
			}
		})
	}
}
