package documents

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/page"
)

func TestSelect(t *testing.T) {
	c := catalog.NewMemory()
	k := Kind[resource]{Catalog: c, Name: "test"}
	ctx := as("1")
	for _, name := range strings.Split("abcdefg", "") {
		if err := k.Put(ctx, name, resource{name}, catalog.Absent); err != nil {
			t.Fatal(err)
		}
	}
	sealer := page.NewSealer([32]byte{7}, time.Now)
	failed := errors.New("cannot be read")
	read := func(wanted string) func(catalog.Entry) (string, bool, error) {
		return func(e catalog.Entry) (string, bool, error) {
			doc, err := Decode[resource](e)
			if strings.Contains(wanted, "!"+doc.Value) {
				err = failed
			}
			return doc.Value, strings.Contains(wanted, doc.Value), err
		}
	}
	for _, tt := range []struct {
		name, prefix, wanted string
		limit                int
		pages                string
	}{
		{"a page for all", "", "abcdefg", 7, "abcdefg"},
		{"a page for more than all", "", "abcdefg", 8, "abcdefg"},
		{"one less than all", "", "abcdefg", 6, "abcdef g"},
		{"one by one", "", "abc", 1, "a b c "},
		{"few are wanted", "", "ag", 3, "ag"},
		{"none is wanted", "", "", 3, ""},
		{"those with a prefix", "c", "abcdefg", 1, "c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var pages []string
			for l := (List{Sealer: sealer, Purpose: "p", Limit: tt.limit}); ; {
				items, next, err := Select(ctx, l, c, catalog.Query{Scope: k.Scope(ctx), Prefix: tt.prefix}, read(tt.wanted))
				if err != nil || items == nil {
					t.Fatalf("Select = %v, %v", items, err)
				}
				pages = append(pages, strings.Join(items, ""))
				if l.Token = next; next == nil {
					break
				}
			}
			if got := strings.Join(pages, " "); got != tt.pages {
				t.Errorf("pages %q, want %q", got, tt.pages)
			}
		})
	}
	if _, _, err := Select(ctx, List{Sealer: sealer, Purpose: "p", Limit: 9}, c, catalog.Query{Scope: k.Scope(ctx)}, read("ab!c")); !errors.Is(err, failed) {
		t.Errorf("Select = %v, want what read says", err)
	}
	noCursor := sealer.Seal("p", "1/eu-central-1", []byte("{"))
	_, another, _ := Select(ctx, List{Sealer: sealer, Purpose: "q", Limit: 1}, c, catalog.Query{Scope: k.Scope(ctx)}, read("abc"))
	none := "x"
	for name, token := range map[string]*string{"no token": &none, "another list's": another, "one that holds no place": &noCursor} {
		if _, _, err := Select(ctx, List{Sealer: sealer, Purpose: "p", Token: token, Limit: 1}, c, catalog.Query{Scope: k.Scope(ctx)}, read("abc")); !fault.Is(err, fault.Invalid) {
			t.Errorf("Select with %s = %v, want that the token is bad", name, err)
		}
	}
}

func TestUpdate(t *testing.T) {
	k := Kind[resource]{Catalog: catalog.NewMemory(), Name: "test"}
	ctx := as("1")
	add := func(text string) error {
		return k.Update(ctx, "a", func(doc *resource, exists bool) error {
			doc.Value += fmt.Sprint(text, exists)
			return nil
		})
	}
	for _, text := range []string{"x", "y"} {
		if err := add(text); err != nil {
			t.Fatalf("Update = %v", err)
		}
	}
	value := func() string {
		doc, _, err := k.Get(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		return doc.Value
	}
	if got := value(); got != "xfalseytrue" {
		t.Errorf("after two updates: %s", got)
	}
	refused := errors.New("refused")
	if err := k.Update(ctx, "a", func(*resource, bool) error { return refused }); err != refused {
		t.Errorf("Update = %v, want what change says", err)
	}
	for _, tt := range []struct {
		name   string
		faster int
		bad    bool
	}{{"another is faster once", 1, false}, {"another is faster but the last time", updateTries - 1, false}, {"another is always faster", updateTries, true}} {
		t.Run(tt.name, func(t *testing.T) {
			tries := 0
			err := k.Update(ctx, "a", func(doc *resource, _ bool) error {
				if tries++; tries <= tt.faster {
					if err := k.Put(ctx, "a", resource{"faster"}, catalog.Any); err != nil {
						t.Fatal(err)
					}
				}
				doc.Value = tt.name
				return nil
			})
			if (err != nil) != tt.bad || tt.bad && !fault.Is(err, fault.Conflict) || !tt.bad && value() != tt.name {
				t.Errorf("Update = %v after %d tries, value %q", err, tries, value())
			}
		})
	}
}
