package masking

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFinds runs testdata/finds.txt: an identifier, a text in which what is to be found stands in guillemets. None means that nothing is.
func TestFinds(t *testing.T) {
	script, err := os.ReadFile("testdata/finds.txt")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, marked, _ := strings.Cut(line, " ")
		marked = strings.TrimLeft(marked, " ")
		tested[name] = true
		m := New(Rules{Managed: []string{name}})
		if m == nil {
			t.Errorf("%s is no managed identifier", name)
			continue
		}
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		got, last := "", 0
		for _, f := range m.Find(text) {
			if f.Start < last {
				t.Errorf("%s in %q: findings overlap at %d", name, text, f.Start)
				continue
			}
			got += text[last:f.Start] + "«" + text[f.Start:f.End] + "»"
			last = f.End
		}
		if got += text[last:]; got != marked {
			t.Errorf("find %s:\n got %s\nwant %s", name, got, marked)
		}
	}
	for _, name := range Managed() {
		if !tested[name] {
			t.Errorf("testdata/finds.txt has nothing on %s", name)
		}
	}
}

func TestText(t *testing.T) {
	m := New(Rules{Managed: []string{"EmailAddress", "CreditCardNumber", "IpAddress", "PkcsPrivateKey"}, Custom: []Custom{{"Employee", `E-\d{3}`}, {"Naïve", "na.ve"}}})
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", `{"a":1}`, `{"a":1}`},
		{"empty", ``, ``},
		{"each character becomes an asterisk", `mail jo@example.com now`, `mail ************** now`},
		{"a character beyond ASCII is one", `é naïve é`, `é ***** é`},
		{"what begins in a token with a mask and ends behind it", `{a E-123na ve b}`, `{a "**********" b}`},
		{"what ends the text so", `[E-123 E-123na ve`, `["*****" "**********"`},
		{"in a string of JSON", `{"mail":"jo@example.com","x":1}`, `{"mail":"**************","x":1}`},
		{"a number of JSON becomes a string", `{"card":4539578763621486,"x":1}`, `{"card":"****************","x":1}`},
		{"the last number", `{"card": 4539578763621486}`, `{"card": "****************"}`},
		{"a number in a list", `{"card":[4539578763621486, 4539578763621486]}`, `{"card":["****************", "****************"]}`},
		{"what looks like a number of JSON within a string", `{"a":"card:4539578763621486,b"}`, `{"a":"card:****************,b"}`},
		{"a text that is no JSON gets no quotes", `card: 4539578763621486`, `card: ****************`},
		{"escapes stay whole", `{"a":"x\njo@example.com \u003cjo@example.com\u003e 1\n10.0.0.1"}`, `{"a":"x\n************** \u003c**************\u003e 1\n********"}`},
		{"pieces of two identifiers that overlap", `E-123@example.com`, `*****************`},
		{"two beside each other", `E-123E-124`, `**********`},
		{"a key over several lines", `k="-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----" x`, `k="*******************************************************************" x`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := m.Text(tt.text); got != tt.want {
				t.Errorf("Text(%s)\n got %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestNew(t *testing.T) {
	if m := New(Rules{Managed: []string{"Nobody"}}); m != nil {
		t.Error("rules without a known identifier make a mask, want nil")
	}
	a := Rules{Managed: []string{"EmailAddress"}, Custom: []Custom{{"A", "a"}}}
	b := Rules{Managed: []string{"EmailAddress", "IpAddress"}, Custom: []Custom{{"A", "a"}, {"A", "b"}}}
	if diff := cmp.Diff(b, a.With(b)); diff != "" {
		t.Errorf("With (-want +got):\n%s", diff)
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	m := New(Rules{Managed: Managed()})
	done := make(chan string)
	for range 4 {
		go func() { done <- m.Text(`{"ssn":"078-05-1121"}`) }()
	}
	for range 4 {
		if got, want := <-done, `{"ssn":"***********"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, text := range []string{`{"card":4539578763621486,"a":"\u003cjo@example.com\n"}`, `ssn 078-05-1121 tel +1 (212) 555-0123`, "visa\\", `{"a":"x\\`, `-----BEGIN PRIVATE KEY-----`, "{ 10.1.2.3\xff+39 02 12345678"} {
		f.Add(text)
	}
	m := New(Rules{Managed: Managed(), Custom: []Custom{{"C", `\w+@`}}})
	f.Fuzz(func(t *testing.T, text string) {
		got := m.Text(text)
		if len(m.Find(text)) == 0 && got != text {
			t.Fatalf("Text(%q) = %q without findings", text, got)
		}
		if (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text)) && !json.Valid([]byte(got)) {
			t.Fatalf("Text(%s) is not JSON any more: %s", text, got)
		}
		for _, x := range m.Find(text) {
			if x.Start < 0 || x.Start >= x.End || x.End > len(text) {
				t.Fatalf("Find(%q) has %+v", text, x)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	plain := strings.Repeat(`{"level":"info","msg":"order cancelled","user":{"id":4711},"duration":12.5,"time":"2018-03-29T14:40:23Z","path":"/api/v1/orders/4711"}`, 2)
	found := `{"level":"info","email":"someone@example.com","ip":"192.0.2.7","ssn":"078-05-1121","phone":"+1 212 555 0123","msg":"order cancelled","time":"2018-03-29T14:40:23Z"}`
	few := Rules{Managed: []string{"EmailAddress", "CreditCardNumber", "Ssn-US", "PhoneNumber-US"}}
	for _, bb := range []struct {
		name  string
		rules Rules
		text  string
	}{
		{"few identifiers, nothing found", few, plain},
		{"few identifiers, three found", few, found},
		{"all identifiers, nothing found", Rules{Managed: Managed()}, plain},
		{"all identifiers, many found", Rules{Managed: Managed()}, found},
		{"a regular expression", Rules{Custom: []Custom{{"E", `EmployeeId-\d{9}`}}}, plain},
	} {
		b.Run(bb.name, func(b *testing.B) {
			m := New(bb.rules)
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			for b.Loop() {
				m.Text(bb.text)
			}
		})
	}
}
