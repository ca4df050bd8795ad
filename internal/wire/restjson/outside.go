package restjson

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// wireName returns the name of f's header or parameter.
func wireName(f *wire.Field) string {
	if f.Member.WireName != "" || f.Member.Location == model.PrefixHeaders {
		return f.Member.WireName
	}
	return f.Member.Name
}

// timeFormat returns what timestamps look like where f is.
func timeFormat(f *wire.Field) string {
	if f.Member.Location == model.Header {
		return wire.HTTPDate
	}
	return wire.DateTime
}

// readOutside reads the members of v, a structure, that are not in the body.
func (p *plan) readOutside(r *wire.Request, v reflect.Value) error {
	if len(p.in.outside) == 0 {
		return nil
	}
	_, path := p.route.matchURL(r.URL)
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return wire.Malformed("")
	}
	for _, f := range p.in.outside {
		place := f.Get(v)
		switch f.Member.Location {
		case model.Label:
			err = readText(f, f, path[f.Member.Name], place)
		case model.Query:
			err = readTexts(f, query[wireName(f)], place)
		case model.QueryParams:
			err = readMap(f, query, place)
		case model.Header:
			err = readHeader(f, r.Header.Values(wireName(f)), place)
		case model.PrefixHeaders:
			err = readMap(f, withPrefix(r.Header, wireName(f)), place)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// matchURL returns the labels in a URL whose path is the route's.
func (r *route) matchURL(u *url.URL) (ok bool, found labels) {
	path, ok := decodePath(u)
	if !ok {
		return false, nil
	}
	found, ok = r.match(path)
	return ok, found
}

// readTexts reads the values of a parameter: all into a list, else the last one.
func readTexts(f *wire.Field, texts []string, place reflect.Value) error {
	if len(texts) == 0 {
		return nil
	}
	if f.Plan.Kind != wire.List {
		return readText(f, f, texts[len(texts)-1], place)
	}
	list := reflect.MakeSlice(f.Plan.Type, len(texts), len(texts))
	for i, text := range texts {
		if err := readText(f, f.Plan.Elem, text, list.Index(i)); err != nil {
			return err
		}
	}
	place.Set(list)
	return nil
}

// readText reads one text of the member f, as a value of the same field or of a list's elements.
func readText(f, value *wire.Field, text string, place reflect.Value) error {
	var s wire.Scalar
	if f.Member.Location == model.Header && value.Plan.Shape.MediaType != "" && value.Plan.Kind == wire.String {
		plain, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return wire.Malformed("")
		}
		text = string(plain)
	}
	if !wire.ParseText(value, timeFormat(f), text, &s) {
		if value.Plan.Kind == wire.Time {
			return wire.Malformed("")
		}
		return wire.CannotBe("STRING_VALUE", value)
	}
	return store(value, place, &s)
}

// store puts s into a place that may be a pointer.
func store(f *wire.Field, place reflect.Value, s *wire.Scalar) error {
	if f.Pointer {
		place.Set(reflect.New(f.Plan.Type))
		place = place.Elem()
	}
	return wire.Store(f, place, s)
}

// readMap reads a map of texts or of lists of them.
func readMap(f *wire.Field, values map[string][]string, place reflect.Value) error {
	if len(values) == 0 {
		return nil
	}
	m := reflect.MakeMapWithSize(f.Plan.Type, len(values))
	for key, texts := range values {
		value := reflect.New(f.Plan.Type.Elem()).Elem()
		if err := readTexts(f.Plan.Elem, texts, value); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(f.Plan.Type.Key()), value)
	}
	place.Set(m)
	return nil
}

// withPrefix returns the headers whose names start with a prefix, by what is behind it in lower case.
func withPrefix(h http.Header, prefix string) map[string][]string {
	found := map[string][]string{}
	for name, texts := range h {
		if rest, ok := strings.CutPrefix(strings.ToLower(name), strings.ToLower(prefix)); ok {
			found[rest] = []string{strings.Join(texts, ", ")}
		}
	}
	return found
}

// readHeader reads the lines of a header.
func readHeader(f *wire.Field, lines []string, place reflect.Value) error {
	if len(lines) == 0 {
		return nil
	}
	text := strings.Join(lines, ", ")
	if f.Plan.Kind != wire.List {
		return readText(f, f, text, place)
	}
	texts, ok := splitHeader(f, text)
	if !ok {
		return wire.Malformed("")
	}
	return readTexts(f, texts, place)
}

// splitHeader returns the elements of a list: what is between commas, or in quotes.
func splitHeader(f *wire.Field, text string) (texts []string, ok bool) {
	if elem := f.Plan.Elem; elem.Plan.Kind == wire.Time && elem.TimeFormat(timeFormat(f)) == wire.HTTPDate {
		return splitDates(text), true
	}
	for text != "" {
		text = strings.TrimLeft(text, " \t")
		var one string
		if quoted, is := strings.CutPrefix(text, `"`); is {
			if one, text, ok = unquote(quoted); !ok {
				return nil, false
			}
			texts = append(texts, one)
			continue
		}
		one, text, _ = strings.Cut(text, ",")
		if one = strings.TrimRight(one, " \t"); one != "" {
			texts = append(texts, one)
		}
	}
	return texts, true
}

// splitDates parts dates, each of which has a comma of its own.
func splitDates(text string) (dates []string) {
	parts := strings.Split(text, ",")
	for i := 0; i+1 < len(parts); i += 2 {
		dates = append(dates, strings.TrimSpace(parts[i])+", "+strings.TrimSpace(parts[i+1]))
	}
	if len(parts)%2 != 0 {
		dates = append(dates, strings.TrimSpace(parts[len(parts)-1])) // no date: reading it fails
	}
	return dates
}

// unquote reads a text in quotes, behind the first, and what follows it up to the next comma, which must be blank.
func unquote(text string) (one, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			between, rest, _ := strings.Cut(text[i+1:], ",")
			return b.String(), rest, strings.Trim(between, " \t") == ""
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// writeOutside sets the status and the headers that members of v, a structure, are in.
func (m *message) writeOutside(r *wire.Response, v reflect.Value) {
	for _, f := range m.outside {
		place := f.Get(v)
		switch f.Member.Location {
		case model.StatusCode:
			if s, ok := wire.Load(f, place); ok && s.Int >= 100 && s.Int <= 999 {
				r.Status = int(s.Int)
			}
		case model.PrefixHeaders:
			for _, key := range place.MapKeys() {
				r.Header.Set(wireName(f)+key.String(), place.MapIndex(key).String())
			}
		case model.Header:
			if text, ok := headerText(f, place); ok {
				r.Header.Set(wireName(f), text)
			}
		}
	}
}

// headerText returns the text of a header, a list's with commas; ok is false if there is none.
func headerText(f *wire.Field, place reflect.Value) (text string, ok bool) {
	if f.Plan.Kind != wire.List {
		s, ok := wire.Load(f, place)
		return scalarText(f, f, &s), ok
	}
	var texts []string
	for i := range place.Len() {
		s, _ := wire.Load(f.Plan.Elem, place.Index(i))
		text := scalarText(f, f.Plan.Elem, &s)
		if f.Plan.Elem.Plan.Kind == wire.String && (text == "" || strings.ContainsAny(text, `",`) || strings.Trim(text, " \t") != text) {
			text = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", "), len(texts) > 0
}

// scalarText returns one text of the header f.
func scalarText(f, value *wire.Field, s *wire.Scalar) string {
	if value.Plan.Kind == wire.String && value.Plan.Shape.MediaType != "" {
		return base64.StdEncoding.EncodeToString([]byte(s.Text))
	}
	return string(wire.AppendText(slices.Grow([]byte(nil), 32), value, timeFormat(f), s))
}
