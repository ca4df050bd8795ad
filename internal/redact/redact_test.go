package redact

import (
	"bytes"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

func redactorOf(t testing.TB, rules string) *Redactor {
	t.Helper()
	r, err := Parse(Text{"rules", rules})
	if err != nil {
		t.Fatal(err)
	}
	return New(r, r.key)
}

func TestRedact(t *testing.T) {
	const key = "\nhash-key 0123456789abcdef"
	for _, tt := range []struct {
		name, rules, text, want string
		counts                  []int64
	}{
		{"a key anywhere", "key email", `{"email":"a","x":{"email":["b"]},"emails":"c"}`, `{"email":"***","x":{"email":"***"},"emails":"c"}`, []int64{2}},
		{"upper and lower case are one", "key eMail", `{"Email":"a"}`, `{"Email":"***"}`, []int64{1}},
		{"blanks and order stay", "key b", `{ "a" : 1 , "b" : 2 , "c" : [ ] }`, `{ "a" : 1 , "b" : "***" , "c" : [ ] }`, []int64{1}},
		{"null stays null", "key a", `{"a":null}`, `{"a":null}`, []int64{0}},
		{"any kind of value", "key a*", `{"a1":1,"a2":true,"a3":{"b":1},"a4":[1],"a5":""}`, `{"a1":"***","a2":"***","a3":"***","a4":"***","a5":"***"}`, []int64{5}},
		{"a whole dotted name", "key user.password", `{"user":{"password":"p"},"password":"q","x":{"user":{"password":"r"}}}`, `{"user":{"password":"***"},"password":"q","x":{"user":{"password":"r"}}}`, []int64{1}},
		{"below any", "key *.password", `{"password":"p","a":{"password":"q"},"b":{"c":{"password":"r"}}}`, `{"password":"p","a":{"password":"***"},"b":{"c":{"password":"***"}}}`, []int64{2}},
		{"in arrays", "key users.*.name", `{"users":[{"name":"a"},{"name":"b","id":1}]}`, `{"users":[{"name":"***"},{"name":"***","id":1}]}`, []int64{2}},
		{"one place of an array", "key a.1", `{"a":[1,2,3]}`, `{"a":[1,"***",3]}`, []int64{1}},
		{"a key with a dot", "key email", `{"user.email":"x"}`, `{"user.email":"***"}`, []int64{1}},
		{"a key with an escape", "key email", `{"e\u006dail":"x"}`, `{"e\u006dail":"***"}`, []int64{1}},
		{"drop the first member", "key a drop", `{ "a":1, "b":2}`, `{"b":2}`, []int64{1}},
		{"drop the last member", "key b drop", `{"a":1 , "b":2 }`, `{"a":1 }`, []int64{1}},
		{"drop in the middle", "key b drop", `{"a":1,"b":2,"c":3}`, `{"a":1,"c":3}`, []int64{1}},
		{"drop the first two", "key a* drop", `{"a1":1,"a2":2,"c":3,"d":4}`, `{"c":3,"d":4}`, []int64{2}},
		{"drop all", "key * drop", `{"a":1,"b":2}`, `{}`, []int64{2}},
		{"drop in an array leaves null", "key a.* drop", `{"a":[1,{"b":2},3]}`, `{"a":[null,null,null]}`, []int64{3}},
		{"drop below an array", "key a.*.b drop", `{"a":[{"b":2,"c":3}]}`, `{"a":[{"c":3}]}`, []int64{1}},
		{"a hash is the same for the same text", "key a hash" + key, `{"a":"x","b":{"a":"\u0078"},"c":{"a":"y"}}`,
			`{"a":"sha256:fbd2ef5c71eb0f07a91a41cd9ad8ab64","b":{"a":"sha256:fbd2ef5c71eb0f07a91a41cd9ad8ab64"},"c":{"a":"sha256:1aaf4ba3ddbd4bd9dbf4bba3e9d5f9d8"}}`, []int64{3}},
		{"the first rule counts", "key a drop\nkey a mask", `{"a":1,"b":2}`, `{"b":2}`, []int64{1, 0}},
		{"a piece of text", "value email", `{"m":"from a.b+c@example.co.uk, to x@y"}`, `{"m":"from ***, to x@y"}`, []int64{1}},
		{"several pieces", "value email\nvalue ipv4", `{"m":"a@b.ch 10.0.0.1 c@d.org"}`, `{"m":"*** *** ***"}`, []int64{2, 1}},
		{"a piece of text with escapes", "value email", `{"m":"\"\u0061@b.ch\"\n\u00e9"}`, `{"m":"\"***\"\né"}`, []int64{1}},
		{"a number", "value card", `{"n":4111111111111111,"m":4111111111111112}`, `{"n":"***","m":4111111111111112}`, []int64{1}},
		{"a piece drops its member", "value email drop", `{"a":"x a@b.ch","b":["c@d.org",1],"c":1}`, `{"b":[null,1],"c":1}`, []int64{2}},
		{"a key that is one", "value email", `{"a@b.ch":1,"x":{"c@d.org" : 2}}`, `{"***":1,"x":{"***" : 2}}`, []int64{2}},
		{"a key that drops its member", "value email drop", `{"a@b.ch":1,"x":2}`, `{"x":2}`, []int64{1}},
		{"a regular expression", "regex ORD-[0-9]+", `{"m":"ORD-12 and ORD-x ORD-3"}`, `{"m":"*** and ORD-x ***"}`, []int64{2}},
		{"a regular expression with a blank", "regex order [0-9]+ drop", `{"m":"order 12","n":1}`, `{"n":1}`, []int64{1}},
		{"an expression that ends in another word", "regex order id", `{"m":"an order id"}`, `{"m":"an ***"}`, []int64{1}},
		{"an expression that ends like an action", "regex no hsh mask", `{"m":"no hsh"}`, `{"m":"***"}`, []int64{1}},
		{"a key with a blank", "key user name mask", `{"user name":"x","name":"y"}`, `{"user name":"***","name":"y"}`, []int64{1}},
		{"a key that is an action", "key hash", `{"hash":"x"}`, `{"hash":"***"}`, []int64{1}},
		{"keys before values", "value email\nkey to hash" + key, `{"to":"a@b.ch"}`, `{"to":"sha256:31a2e6c1e0b4a51e5b4ce2d3e2a5bb25"}`, []int64{0, 1}},
		{"64 levels deep", "key x", strings.Repeat(`{"a":`, 63) + `{"x":1}` + strings.Repeat("}", 63), strings.Repeat(`{"a":`, 63) + `{"x":"***"}` + strings.Repeat("}", 63), []int64{1}},
		{"65 levels deep", "key x", strings.Repeat(`{"a":`, 64) + `{"y":1}` + strings.Repeat("}", 64), strings.Repeat(`{"a":`, 64) + `"***"` + strings.Repeat("}", 64), []int64{0}},
		{"nothing found", "value email\nkey x", `{ "a":"\u00e9", "b":[1, {}] }`, `{ "a":"\u00e9", "b":[1, {}] }`, []int64{0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := redactorOf(t, tt.rules)
			got := d.Object([]byte(tt.text))
			if i := strings.Index(tt.want, "sha256:"); i >= 0 {
				checkHashes(t, string(got), tt.want)
			} else if string(got) != tt.want {
				t.Errorf("redact(%s) by %q\n got %s\nwant %s", tt.text, tt.rules, got, tt.want)
			}
			for i := range tt.counts {
				if d.counts[i] != tt.counts[i] {
					t.Errorf("redact(%s) by %q: rule %d found %d, want %d", tt.text, tt.rules, i, d.counts[i], tt.counts[i])
				}
			}
		})
	}
}

// checkHashes compares two texts but for which hashes stand in them: equal ones must stand where they
// do in want.
func checkHashes(t *testing.T, got, want string) {
	t.Helper()
	number := func(s string) string {
		names := map[string]string{}
		for {
			i := strings.Index(s, "sha256:")
			if i < 0 {
				return s
			}
			h := s[i : i+len("sha256:")+2*hashBytes]
			if names[h] == "" {
				names[h] = "HASH" + string(rune('A'+len(names)))
			}
			s = strings.ReplaceAll(s, h, names[h])
		}
	}
	if number(got) != number(want) {
		t.Errorf("got %s, want %s but for the digits of hashes", got, want)
	}
}

func TestHashesNeedTheKey(t *testing.T) {
	one := string(redactorOf(t, "key a hash\nhash-key 0123456789abcdef").Object([]byte(`{"a":"x"}`)))
	two := string(redactorOf(t, "key a hash\nhash-key 0123456789abcdeg").Object([]byte(`{"a":"x"}`)))
	if one == two {
		t.Errorf("hashes under two keys: both %s", one)
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, rules, want string }{
		{"an unknown rule", "keys email", `rules: rule "keys", want key, value, regex or hash-key`},
		{"an unknown value", "# x\n\nvalue mail", `rules:3: value "mail", want one of aws-key, card, email, iban, ipv4, jwt`},
		{"nothing after key", "key", `rules: "key", want a rule such as: key *.password mask`},
		{"a broken expression", "regex (", "rules: error parsing regexp: missing closing ): `(`"},
		{"an expression that finds nothing everywhere", "regex x*", "rules: regex x* matches the empty text"},
		{"a short key", "hash-key abc", "rules: hash-key of 3 bytes, want 16 or more"},
		{"a misspelt action of a key", "key email hsh", `rules: key email hsh: action "hsh", want one of mask, hash, drop (did you mean "hash"?)`},
		{"an action in capitals", "# x\nkey email DROP", `rules:2: key email DROP: action "DROP", want one of mask, hash, drop (did you mean "drop"?)`},
		{"an action that is none of ours", "key email encrypt", `rules: key email encrypt: action "encrypt", want one of mask, hash, drop`},
		{"a misspelt action of a value", "value card\tdorp", "rules: value card\tdorp: action \"dorp\", want one of mask, hash, drop (did you mean \"drop\"?)"},
		{"a misspelt action of an expression", "regex ORD-[0-9]+ msk", `rules: regex ORD-[0-9]+ msk: action "msk", want one of mask, hash, drop (did you mean "mask"?)`},
		{"two words after value", "value e mail", `rules: value e mail: action "mail", want one of mask, hash, drop`},
		{"two mistakes", "x y\nvalue z", "rules:1: rule \"x\", want key, value, regex or hash-key\nrules:2: value \"z\", want one of aws-key, card, email, iban, ipv4, jwt"},
	} {
		_, err := Parse(Text{"rules", tt.rules})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: Parse(%q)\n got %v\nwant %s", tt.name, tt.rules, err, tt.want)
		}
	}
}

func TestFingerprintTellsRulesApart(t *testing.T) {
	seen := map[string]string{}
	for _, rules := range []string{"", "key a", "key b", "key a hash", "key a hash\nhash-key 0123456789abcdef", "key a hash\nhash-key 0123456789abcdeg"} {
		r, err := Parse(Text{"", rules})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Fingerprint()
		if other, ok := seen[f]; ok {
			t.Errorf("rules %q and %q have the fingerprint %q", rules, other, f)
		}
		seen[f] = rules
		if strings.Contains(f, "0123456789abcdef") {
			t.Errorf("fingerprint %q holds the key", f)
		}
	}
	a, _ := Parse(Text{"", "key a"})
	b, _ := Parse(Text{"", "# same\nkey  a   mask"})
	if a.Fingerprint() != b.Fingerprint() {
		t.Errorf("equal rules have fingerprints %s and %s", a.Fingerprint(), b.Fingerprint())
	}
}

func FuzzRedact(f *testing.F) {
	f.Add([]byte(`{"email":"a@b.ch","x":[{"password":1,"y":"4111111111111111"},null]}`))
	f.Add([]byte(`{"\u0061@b.ch" : "\"10.0.0.1\\", "b":{} , "drop":[1] }`))
	f.Add([]byte(`{"m":"eyJh.eyJh.x CH9300762011623852957 AKIAIOSFODNN7EXAMPLE"}`))
	const rules = "key password\nkey email hash\nkey *.drop drop\nkey drop drop\nvalue email drop\nvalue card\nvalue ipv4 hash\nvalue iban\nvalue jwt\nvalue aws-key\nregex [0-9]{6}\nhash-key 0123456789abcdef"
	f.Fuzz(func(t *testing.T, text []byte) {
		text = jsonscan.Trim(text)
		if len(text) == 0 || text[0] != '{' || !jsonscan.Valid(text) {
			return
		}
		before := bytes.Clone(text)
		d := redactorOf(t, rules)
		got := d.Object(text)
		if !jsonscan.Valid(got) || got[0] != '{' {
			t.Fatalf("redact(%q): %q is no object", text, got)
		}
		if !bytes.Equal(before, text) {
			t.Fatalf("redact(%q) changed its input to %q", before, text)
		}
		var found int64
		for _, n := range d.counts {
			found += n
		}
		if found == 0 && !bytes.Equal(got, before) {
			t.Fatalf("redact(%q): nothing found, got %q", before, got)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	text := []byte(`{"email":"someone@example.com","fn":"Post","level":"info","msg":"order cancelled by 192.0.2.7","user":{"password":"x","id":4711},"time":"2018-03-29T14:40:23Z"}`)
	for name, rules := range map[string]string{
		"keys":   "key email\nkey *.password drop",
		"values": "value email\nvalue card\nvalue ipv4",
		"hash":   "key email hash\nhash-key 0123456789abcdef",
	} {
		b.Run(name, func(b *testing.B) {
			d := redactorOf(b, rules)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				d.Object(text)
			}
		})
	}
}
