package eventsql

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFingerprint(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"nothing to remove", "select id from users", "select id from users"},
		{"a text", "select id from users where name = 'Bob'", "select id from users where name = ?"},
		{"a doubled quote", "select 'it''s' from t", "select ? from t"},
		{"an empty text", "select '' from t", "select ? from t"},
		{"numbers", "select 1.5e-3, -7, 0x1F, .5 from t2 where a1 = 1", "select ?, -? from t2 where a1 = ?"},
		{"PostgreSQL's placeholders and names", `select "user"."E""mail" from "user" where id = $1 and x = $12`, `select "user"."E""mail" from "user" where id = ? and x = ?`},
		{"MySQL's literals and names", "select `user` from `t` where name = \"Bob\"", "select `user` from `t` where name = ?"},
		{"double quotes of an unknown dialect", `select "Bob"`, `select ?`},
		{"a $1 that is no placeholder", `select "Bob" from t where b = '$1' -- $1`, `select ? from t where b = ?`},
		{"$1 and backquotes", "select `a`, \"Bob\", $1", "select `a`, ?"},
		{"lists of any length", "select a from t where b in (1, 2,3 , 4)", "select a from t where b in (?)"},
		{"rows of any number", "insert into t (a, b) values (1, 'x'), (2,'y'),( 3, 'z' )", "insert into t (a, b) values (?)"},
		{"placeholders in lists", "insert into t values ($1, $2), ($3, $4)", "insert into t values (?)"},
		{"spaces and line breaks", "\n\tselect  a\r\n  from t ;\n", "select a from t ;"},
		{"comments", "select a -- Bob's\nfrom t /* it's Bob */ where b = 1", "select a from t where b = ?"},
		{"a comment at the end", "select a -- Bob", "select a"},
		{"a comment without end", "select a /* Bob", "select a"},
		{"named placeholders", "select a from t where b = :name and c = @p1 and d = ?", "select a from t where b = :name and c = @p1 and d = ?"},
		{"prefixes of literals", "select N'Bob', x'4F', E'Bob' from t", "select N?, x?, E? from t"},
		{"dollar quotes", "select $$it's Bob$$, $a$ $$ Bob $a$ from t", "select ? from t"},
		{"dollar quotes without end", "select $a$ Bob", "select ?"},
		{"casts and arrays", "select $1::int[], array['Bob', 'Ann']", "select ?::int[], array[?]"},
		{"JSON operators", "select a #> '{b}', a->>'c' from t", "select a…"},
		{"a comment of MySQL's without quotes", "select a # from Bob\nfrom t", "select a # from Bob from t"},
		{"a comment of MySQL's with quotes", "select a # don't\nfrom t where b = 'Bob'", "select a…"},
		{"a backslash before a quote", `select a from t where b = 'x\' and c = 'Bob'`, "select a from t where b = ?…"},
		{"a backslash elsewhere", `select '\n' from t`, "select ? from t"},
		{"Oracle's quotes", "select q'[it's Bob]' from dual", "select q…"},
		{"comments in comments", "select /* a /* b */ don't */ 'Bob'", "select…"},
		{"a literal without end", "select a from t where b = 'Bob", "select a from t where b = ?"},
		{"a name without end", "select `Bob", "select ?"},
		{"names that are not ASCII", "select größe from tür where ä = 'ö'", "select größe from tür where ä = ?"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fingerprint(tt.query); got != tt.want {
				t.Errorf("Fingerprint(%q) = %q, want %q", tt.query, got, tt.want)
			}
		})
	}
}

func TestFingerprintLimits(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"of 512 bytes", strings.Repeat("a", 512), strings.Repeat("a", 512)},
		{"of 513 bytes", strings.Repeat("a", 513), strings.Repeat("a", 512) + "…"},
		{"no half characters", strings.Repeat("a", 511) + "ä", strings.Repeat("a", 511) + "…"},
		{"a bulk insert", "insert into t values " + strings.Repeat("(1, 'Bob'), ", 10_000) + "(1, 'Bob')", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Fingerprint(tt.query)
			if tt.want != "" && got != tt.want || len(got) > maxFingerprint+len("…") || strings.Contains(got, "Bob") {
				t.Errorf("Fingerprint = %q (%d bytes), want %q", got, len(got), tt.want)
			}
		})
	}
}

// Whatever a literal holds, in the quoting of each dialect, its text and that of the next one stay out.
func FuzzFingerprint(f *testing.F) {
	for _, s := range []string{"it's", `\`, `\'`, `"`, "$1", "/*", "--", "#", "$$", "q'[", "`", "\x00", "ä", `\\'`} {
		f.Add(s)
	}
	const secret = "SeCrEt"
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(strings.ToLower(s), "secret") {
			return
		}
		standard := "'" + strings.ReplaceAll(s, "'", "''") + secret + "'"
		mysql := "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + secret + "'"
		double := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + secret + `"`
		for _, query := range []string{
			"select a from t where b = " + standard + " and c = '" + secret + "'",
			"select a from t where b = " + mysql + " and c = '" + secret + "'",
			"select a from t where b = " + double + " and c = \"" + secret + "\"",
		} {
			got := Fingerprint(query)
			if strings.Contains(got, secret) {
				t.Errorf("Fingerprint(%q) = %q, which tells the secret", query, got)
			}
			if utf8.ValidString(query) && !utf8.ValidString(got) {
				t.Errorf("Fingerprint(%q) = %q, which is no UTF-8", query, got)
			}
		}
	})
}

func BenchmarkFingerprint(b *testing.B) {
	query := "select id, name from users where email = 'bob@example.com' and age > 18 and city in ('a', 'b', 'c') order by name limit 10"
	b.SetBytes(int64(len(query)))
	b.ReportAllocs()
	for b.Loop() {
		Fingerprint(query)
	}
}
