package program

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

func TestBest(t *testing.T) {
	keys := dictionary.Keys{Style: dictionary.Snake, Alias: map[string][]string{"email": {"email_to", "e_mail"}, "order_id": nil}}
	for _, tt := range []struct {
		members []string // the first one is to be kept if nothing else decides
		want    string
	}{
		{[]string{"email_to", "email"}, "email"},
		{[]string{"email", "email_to"}, "email"},
		{[]string{"email_to", "e_mail"}, "email"},
		{[]string{"order", "order_id"}, "order_id"},
		{[]string{"latency", "latency_ms"}, "latency"},
		{[]string{"latencyMs", "latency"}, "latency"},
		{[]string{"latency", "latencyMs"}, "latency"},
		{[]string{"latencyMs", "latencyS"}, "latencyMs"},
	} {
		var members []Key
		for _, name := range tt.members {
			members = append(members, Key{Name: name})
		}
		if got := newNames(keys).best(members[0], members); got != tt.want {
			t.Errorf("best of %q = %s, want %s", tt.members, got, tt.want)
		}
	}
}

func TestFamilies(t *testing.T) {
	keys := []Key{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e"}, {Name: "f"}}
	got := families(keys, []Pair{{"a", "c"}, {"b", "e"}, {"c", "d"}, {"a", "d"}})
	want := [][]Key{{{Name: "a"}, {Name: "c"}, {Name: "d"}}, {{Name: "b"}, {Name: "e"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("families: -want +got\n%s", diff)
	}
}

func TestAlike(t *testing.T) {
	keys := dictionary.Keys{Alias: map[string][]string{
		"email": {"email_to", "email_address"},
		"host":  {"server"}, "host_id": nil,
	}}
	for _, tt := range []struct {
		name string
		a, b Key
		want bool
	}{
		{"agreed and not", Key{Name: "email"}, Key{Name: "email_to"}, true},
		{"agreed and not, in another style", Key{Name: "email"}, Key{Name: "emailTo"}, true},
		{"both not agreed", Key{Name: "email_address"}, Key{Name: "email_to"}, true},
		{"agreed on, whatever the type", Key{Name: "email", Shape: "string"}, Key{Name: "email_to", Shape: "array"}, true},
		{"two agreed names", Key{Name: "host"}, Key{Name: "host_id"}, false},
		{"itself", Key{Name: "email"}, Key{Name: "email"}, false},
		{"another order", Key{Name: "id_user"}, Key{Name: "user_id"}, true},
		{"another style, which is for keycase to say", Key{Name: "userId"}, Key{Name: "user_id"}, false},
		{"a unit and none", Key{Name: "latency"}, Key{Name: "latency_ms"}, true},
		{"two units", Key{Name: "latency_s"}, Key{Name: "latency_ms"}, true},
		{"an id and none", Key{Name: "order", Shape: "number"}, Key{Name: "order_id", Shape: "number"}, true},
		{"an id and the thing itself", Key{Name: "order", Shape: "object"}, Key{Name: "order_id", Shape: "number"}, false},
		{"an id and a value not known", Key{Name: "order", Shape: ""}, Key{Name: "order_id", Shape: "number"}, true},
		{"a plural", Key{Name: "retry_count"}, Key{Name: "retries_count"}, true},
		{"one and many", Key{Name: "device", Shape: "string"}, Key{Name: "devices", Shape: "string"}, false},
		{"two lists of different things", Key{Name: "order_ids", Shape: "array"}, Key{Name: "orders", Shape: "array"}, false},
		{"status is no plural", Key{Name: "status"}, Key{Name: "statu"}, false},
		{"one word more", Key{Name: "order_id"}, Key{Name: "order_item_id"}, false},
		{"a count and an id", Key{Name: "order_count"}, Key{Name: "order_id"}, false},
		{"a letter halved", Key{Name: "address"}, Key{Name: "adress"}, true},
		{"neighbours swapped", Key{Name: "received_by"}, Key{Name: "recieved_by"}, true},
		{"another vowel", Key{Name: "separate_run"}, Key{Name: "seperate_run"}, true},
		{"another consonant makes another word", Key{Name: "charged_cents"}, Key{Name: "changed_cents"}, false},
		{"short words are one letter apart", Key{Name: "form"}, Key{Name: "from"}, false},
		{"numbered", Key{Name: "column1"}, Key{Name: "column2"}, false},
		{"two slips", Key{Name: "adress_recieved"}, Key{Name: "address_received"}, false},
		{"unicode", Key{Name: "größe"}, Key{Name: "größen"}, false},
		{"only separators", Key{Name: "_"}, Key{Name: "."}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := newNames(keys)
			if got := n.alike(tt.a, tt.b); got != tt.want {
				t.Errorf("alike(%v, %v) = %t, want %t", tt.a, tt.b, got, tt.want)
			}
			if got := n.alike(tt.b, tt.a); got != tt.want {
				t.Errorf("alike(%v, %v) = %t, want %t", tt.b, tt.a, got, tt.want)
			}
			if shared := slices.ContainsFunc(labels(n, tt.a.Name), func(l string) bool {
				return slices.Contains(labels(n, tt.b.Name), l)
			}); tt.want && !shared {
				t.Errorf("%s and %s are alike, but share no bucket: %q and %q", tt.a.Name, tt.b.Name, labels(n, tt.a.Name), labels(n, tt.b.Name))
			}
		})
	}
}
