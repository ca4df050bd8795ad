package restjson

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// A route is a method and a template of a path, with parameters that the query must have.
type route struct {
	method string
	parts  []part
	query  []parameter
}

// A part is what stands between two slashes of a template.
type part struct {
	text   string // the member's name if it is a label
	label  bool
	greedy bool // a label that takes slashes
}

type parameter struct{ key, value string }

// parseRoute reads a template: "/a/{label}/{greedy+}?key=value&key".
func parseRoute(method, uri string) route {
	r := route{method: method}
	path, query, _ := strings.Cut(uri, "?")
	for text := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		p := part{text: text}
		if name, ok := strings.CutPrefix(text, "{"); ok {
			p.label = true
			p.text = strings.TrimSuffix(name, "}")
			p.text, p.greedy = strings.CutSuffix(p.text, "+")
		}
		r.parts = append(r.parts, p)
	}
	for pair := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(pair, "="); key != "" {
			r.query = append(r.query, parameter{key, value})
		}
	}
	return r
}

// compareRoutes puts the more special of two routes first: a text before a label before a greedy label, and one that asks
// for more of the query.
func compareRoutes(a, b *route) int {
	for i := range min(len(a.parts), len(b.parts)) {
		if d := a.parts[i].width() - b.parts[i].width(); d != 0 {
			return d
		}
	}
	if d := len(b.parts) - len(a.parts); d != 0 {
		return d
	}
	return len(b.query) - len(a.query)
}

func (p *part) width() int {
	switch {
	case p.greedy:
		return 2
	case p.label:
		return 1
	}
	return 0
}

// labels are the values of a path's labels by the names of their members.
type labels map[string]string

// match returns the labels of a path whose parts are decoded; ok is false if the path is not the route's.
func (r *route) match(path []string) (found labels, ok bool) {
	for i, p := range r.parts {
		if len(path) < len(r.parts)-i {
			return nil, false
		}
		take := 1
		if p.greedy {
			take = len(path) - (len(r.parts) - i - 1)
		}
		value := strings.Join(path[:take], "/")
		path = path[take:]
		switch {
		case !p.label && value != p.text || p.label && value == "":
			return nil, false
		case p.label:
			if found == nil {
				found = labels{}
			}
			found[p.text] = value
		}
	}
	return found, len(path) == 0
}

// asks tells whether the query has what the route asks for.
func (r *route) asks(query url.Values) bool {
	for _, p := range r.query {
		if values, ok := query[p.key]; !ok || p.value != "" && !slices.Contains(values, p.value) {
			return false
		}
	}
	return true
}

// A router has plans by method, the more special ones first, else in the order of the table.
type router map[string][]*plan

func (rt router) add(p *plan) {
	all := append(rt[p.route.method], p)
	slices.SortStableFunc(all, func(a, b *plan) int { return compareRoutes(&a.route, &b.route) })
	rt[p.route.method] = all
}

// A candidate is a plan whose route is that of a request.
type candidate struct {
	*plan
	labels labels
}

// find returns the plan for r, and the labels in its path; nil if there is none.
func (rt router) find(r *wire.Request) (*plan, labels) {
	path, ok := decodePath(r.URL)
	if !ok {
		return nil, nil
	}
	var query url.Values
	var found []candidate
	for _, p := range rt[r.Method] {
		l, ok := p.route.match(path)
		if !ok {
			continue
		}
		if len(p.route.query) > 0 && query == nil {
			query = r.URL.Query()
		}
		if !p.route.asks(query) {
			continue
		}
		if len(found) > 0 && compareRoutes(&found[0].route, &p.route) != 0 {
			break
		}
		found = append(found, candidate{p, l})
	}
	if len(found) == 0 {
		return nil, nil
	}
	c := choose(found, r)
	return c.plan, c.labels
}

// decodePath returns the parts of a path, each decoded once, so that an escaped slash does not part.
func decodePath(u *url.URL) (parts []string, ok bool) {
	path, ok := strings.CutPrefix(u.EscapedPath(), "/")
	if !ok {
		return nil, false
	}
	for text := range strings.SplitSeq(path, "/") {
		p, err := url.PathUnescape(text)
		if err != nil {
			return nil, false
		}
		parts = append(parts, p)
	}
	return parts, true
}

// choose tells apart operations of several services that have the same route, as those on tags do: by the service that
// the request is signed for, or else the one whose ARN is in the path, or else it takes the first in the table. On AWS
// each service has a host of its own, but here there may be one for all.
func choose(found []candidate, r *wire.Request) candidate {
	if len(found) == 1 {
		return found[0]
	}
	if scope, ok := sigv4.Scope(&http.Request{Method: r.Method, URL: r.URL, Header: r.Header}); ok {
		for _, c := range found {
			if c.operation.Service.SigningName == scope.Service {
				return c
			}
		}
	}
	for _, c := range found {
		for _, value := range c.labels {
			if arn := strings.SplitN(value, ":", 4); len(arn) == 4 && arn[0] == "arn" && arn[2] == c.operation.Service.SigningName {
				return c
			}
		}
	}
	return found[0]
}
