package catalogtest

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

func invalids(t *testing.T, c catalog.Catalog) {
	fill(t, c, groups, "a")
	for _, s := range []catalog.Scope{
		{},
		{Region: groups.Region, Kind: groups.Kind},
		{Account: groups.Account, Kind: groups.Kind},
		{Account: groups.Account, Region: groups.Region},
		{Account: groups.Account, Region: groups.Region, Kind: groups.Kind, Parent: -1},
		{Account: "1 2", Region: groups.Region, Kind: groups.Kind},
		{Account: groups.Account, Region: "é", Kind: groups.Kind},
		{Account: groups.Account, Region: groups.Region, Kind: "a\x00"},
		{Account: groups.Account, Region: groups.Region, Kind: catalog.Kind(strings.Repeat("k", catalog.MaxWord+1))},
	} {
		_, err := c.Get(t.Context(), s.Key("a"))
		wantKind(t, "Get of "+s.Key("a").String(), err, fault.Invalid)
		_, err = c.List(t.Context(), catalog.Query{Scope: s})
		wantKind(t, "List of "+s.String(), err, fault.Invalid)
		_, err = c.Count(t.Context(), catalog.Query{Scope: s})
		wantKind(t, "Count of "+s.String(), err, fault.Invalid)
		_, err = c.Write(t.Context(), catalog.Put(entry(s, "a"), catalog.Any))
		wantKind(t, "Put of "+s.Key("a").String(), err, fault.Invalid)
		wantKind(t, "Touch of "+s.Key("a").String(), c.Touch(t.Context(), catalog.Touch{Key: s.Key("a")}), fault.Invalid)
	}
	invalidCalls(t, c)
	wantNames(t, c, catalog.Query{Scope: groups}, "a")
}

func invalidCalls(t *testing.T, c catalog.Catalog) {
	ctx, a := t.Context(), groups.Key("a")
	_, err := c.Get(ctx, groups.Key(""))
	wantKind(t, `Get("")`, err, fault.Invalid)
	for _, name := range []string{"", "a b", strings.Repeat("n", catalog.MaxWord+1)} {
		_, err := c.NextNumber(ctx, name)
		wantKind(t, "NextNumber of "+name, err, fault.Invalid)
		_, err = c.Scopes(ctx, catalog.Kind(name))
		wantKind(t, "Scopes of "+name, err, fault.Invalid)
	}
	for name, changes := range map[string][]catalog.Change{
		"nothing":            nil,
		"one key twice":      {catalog.Put(entry(groups, "b"), catalog.Any), catalog.Delete(groups.Key("b"), catalog.Any)},
		"no action":          {{Entry: entry(groups, "b")}},
		"an unknown version": {catalog.Put(entry(groups, "b"), catalog.Present-1)},
		"a peak below 0":     {catalog.Put(catalog.Entry{Key: groups.Key("b"), Peaks: catalog.Peaks{0, 0, -1}}, catalog.Any)},
		"a good and a bad":   {catalog.Put(entry(groups, "b"), catalog.Any), catalog.Delete(groups.Key(""), catalog.Any)},
	} {
		_, err := c.Write(ctx, changes...)
		wantKind(t, "Write of "+name, err, fault.Invalid)
	}
	wantKind(t, "Touch below 0", c.Touch(ctx, catalog.Touch{Key: a, Peaks: catalog.Peaks{-1}}), fault.Invalid)
	for name, q := range map[string]catalog.Query{
		"a limit below 0":                  {Scope: groups, Limit: -1},
		"by peak and names alone":          {Scope: groups, ByPeak: true, Names: true},
		"by peak with a prefix":            {Scope: groups, ByPeak: true, Prefix: "a"},
		"by peak with a term":              {Scope: groups, ByPeak: true, Terms: catalog.Terms{"", "x"}},
		"a peak's cursor in a name's list": {Scope: groups, After: catalog.Cursor{Peak: 1, Name: "a"}},
		"a cursor without a name":          {Scope: groups, ByPeak: true, After: catalog.Cursor{Peak: 1}},
		"a prefix that is too long":        {Scope: groups, Prefix: strings.Repeat("p", catalog.MaxName+1)},
	} {
		_, err := c.List(ctx, q)
		wantKind(t, "List with "+name, err, fault.Invalid)
		_, err = c.Count(ctx, q)
		wantKind(t, "Count with "+name, err, fault.Invalid)
	}
}

func limits(t *testing.T, c catalog.Catalog) {
	largest := func() catalog.Entry {
		return catalog.Entry{
			Key:   groups.Key(strings.Repeat("n", catalog.MaxName)),
			Value: make([]byte, catalog.MaxValue),
			Terms: catalog.Terms{strings.Repeat("t", catalog.MaxTerm), strings.Repeat("u", catalog.MaxTerm)},
			Peaks: catalog.Peaks{1<<63 - 1, 1<<63 - 1, 1<<63 - 1},
		}
	}
	most := largest()
	most.Version = write(t, c, catalog.Put(most, catalog.Absent))
	wantSame(t, get(t, c, most.Key), most)
	wantNames(t, c, catalog.Query{Scope: groups, Terms: most.Terms}, most.Name)
	for name, grow := range map[string]func(*catalog.Entry){
		"name":  func(e *catalog.Entry) { e.Name += "n" },
		"value": func(e *catalog.Entry) { e.Value = append(e.Value, 0) },
		"term":  func(e *catalog.Entry) { e.Terms[1] += "u" },
	} {
		e := largest()
		grow(&e)
		_, err := c.Write(t.Context(), catalog.Put(e, catalog.Any))
		wantKind(t, "Put with a "+name+" of one byte more", err, fault.Invalid)
	}
	var changes []catalog.Change
	for _, name := range numberNames(catalog.MaxChanges+1, "c%04d") {
		changes = append(changes, catalog.Put(entry(streams, name), catalog.Absent))
	}
	_, err := c.Write(t.Context(), changes...)
	wantKind(t, "Write of one change more", err, fault.Invalid)
	write(t, c, changes[1:]...)
	p := page(t, c, catalog.Query{Scope: streams})
	if len(p.Entries) != catalog.MaxPage || p.Next != (catalog.Cursor{}) {
		t.Errorf("List of just a page = %d entries, next %+v, want %d and no next", len(p.Entries), p.Next, catalog.MaxPage)
	}
	write(t, c, changes[0])
	for _, limit := range []int{0, catalog.MaxPage, catalog.MaxPage + 1} {
		p := page(t, c, catalog.Query{Scope: streams, Limit: limit})
		if len(p.Entries) != catalog.MaxPage || p.Next == (catalog.Cursor{}) {
			t.Errorf("List with limit %d = %d entries, next %+v, want %d and a next", limit, len(p.Entries), p.Next, catalog.MaxPage)
		}
	}
}
