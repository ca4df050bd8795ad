package documents

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/page"
)

type resource struct{ Value string }

func as(account string) context.Context {
	return caller.With(context.Background(), caller.Caller{Account: account, Region: "eu-central-1"})
}

func TestKind(t *testing.T) {
	k := Kind[resource]{Catalog: catalog.NewMemory(), Name: "test"}
	ctx := as("1")
	if _, _, err := k.Get(ctx, "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get of none = %v, want NotFound", err)
	}
	for _, name := range []string{"b", "a", "ab"} {
		if err := k.Put(ctx, name, resource{name}, catalog.Absent); err != nil {
			t.Fatalf("Put(%s) = %v", name, err)
		}
	}
	if err := k.Put(ctx, "a", resource{}, catalog.Absent); !fault.Is(err, fault.Exists) {
		t.Errorf("Put of what exists = %v, want Exists", err)
	}
	doc, version, err := k.Get(ctx, "a")
	if err != nil || doc.Value != "a" {
		t.Errorf("Get(a) = %v, %v", doc, err)
	}
	if err := k.Put(ctx, "a", resource{"A"}, version); err != nil {
		t.Errorf("Put of a version = %v", err)
	}
	if err := k.Put(ctx, "a", resource{"B"}, version); !fault.Is(err, fault.Conflict) {
		t.Errorf("Put of an old version = %v, want Conflict", err)
	}
	var seen []string
	for doc, err := range k.All(ctx, "a") {
		seen = append(seen, fmt.Sprint(doc.Value, err))
	}
	if got := strings.Join(seen, " "); got != "A<nil> ab<nil>" {
		t.Errorf("All(a) = %s, want A and ab", got)
	}
	if n, err := k.Count(as("2"), 0); n != 0 || err != nil {
		t.Errorf("Count of another account = %d, %v, want 0", n, err)
	}
	if err := k.Delete(ctx, "b"); err != nil {
		t.Errorf("Delete = %v", err)
	}
	if err := k.Delete(ctx, "b"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Delete again = %v, want NotFound", err)
	}
	if all, err := k.Callers(context.Background()); err != nil || len(all) != 1 || all[0].Account != "1" {
		t.Errorf("Callers = %v, %v, want account 1", all, err)
	}
}

func TestErrorsThatNobodyCanHelp(t *testing.T) {
	c := catalog.NewMemory()
	k := Kind[resource]{Catalog: c, Name: "test"}
	ctx := as("1")
	if _, err := c.Write(ctx, catalog.Put(catalog.Entry{Key: k.Scope(ctx).Key("a"), Value: []byte("{")}, catalog.Any)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Get(ctx, "a"); !fault.Is(err, fault.InternalFailure) {
		t.Errorf("Get of what is no JSON = %v, want an internal failure", err)
	}
	for _, err := range k.All(ctx, "") {
		if !fault.Is(err, fault.InternalFailure) {
			t.Errorf("All with what is no JSON = %v, want an internal failure", err)
		}
	}
	if err := k.Put(ctx, "", resource{}, catalog.Any); !fault.Is(err, fault.InternalFailure) {
		t.Errorf("Put without a name = %v, want an internal failure", err)
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := k.Get(over, "a"); !errors.Is(err, context.Canceled) || fault.Is(err, fault.Invalid) {
		t.Errorf("Get when nobody waits = %v, want that", err)
	}
}

func TestWhatTheCatalogCannotHold(t *testing.T) {
	k := Kind[resource]{Catalog: catalog.NewMemory(), Name: "test"}
	most := catalog.MaxValue - len(`{"Value":""}`)
	if err := k.Put(as("1"), "a", resource{strings.Repeat("x", most)}, catalog.Absent); err != nil {
		t.Errorf("Put of %d bytes = %v", catalog.MaxValue, err)
	}
	err := k.Put(as("1"), "b", resource{strings.Repeat("x", most+1)}, catalog.Absent)
	if f := fault.Of(err); err == nil || f.Kind != fault.Limit || f.Code != "LimitExceededException" {
		t.Errorf("Put of one byte more = %v, want LimitExceededException", err)
	}
}

func TestPage(t *testing.T) {
	now := func() time.Time { return time.Unix(1_795_000_000, 0) }
	sealer := page.NewSealer([32]byte{7}, now)
	self := func(s string) string { return s }
	ctx := as("1")
	first, token, err := Page(ctx, List{Sealer: sealer, Purpose: "p", Limit: 2}, []string{"a", "c", "e"}, self)
	if err != nil || strings.Join(first, "") != "ac" || token == nil {
		t.Fatalf("Page = %v, %v, %v, want a, c and a token", first, token, err)
	}
	for _, tt := range []struct {
		name  string
		items string
		want  string
	}{
		{"nothing changed", "ace", "e"},
		{"what the page ended with is gone", "ae", "e"},
		{"one came before and one after", "abcde", "de"},
		{"all behind is gone", "a", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, next, err := Page(ctx, List{Sealer: sealer, Purpose: "p", Token: token, Limit: 2}, strings.Split(tt.items, ""), self)
			if err != nil || strings.Join(got, "") != tt.want || next != nil {
				t.Errorf("Page = %v, %v, %v, want %s and no token", got, next, err, tt.want)
			}
		})
	}
	bad := "x"
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		purpose string
		token   *string
	}{
		{"another account's", as("2"), "p", token},
		{"another list's", ctx, "q", token},
		{"no token at all", ctx, "p", &bad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := Page(tt.ctx, List{Sealer: sealer, Purpose: tt.purpose, Token: tt.token, Limit: 2}, []string{"a"}, self); !fault.Is(err, fault.Invalid) {
				t.Errorf("Page = %v, want that the token is bad", err)
			}
		})
	}
}
