package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/elsewhere"
	"github.com/groundwatch/groundwatch/internal/model"
)

// CompatPage returns docs/compat.md: of every operation of every service whose protocol the server speaks, whether the server
// has it. It is made from the table that requests are matched against.
func CompatPage() (string, error) {
	all, err := spoken()
	if err != nil {
		return "", err
	}
	have, err := anyServers()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Operations\n\nGenerated from the server's table of operations. One that it lacks answers as AWS answers an operation that it does not know:\n" +
		"UnknownOperationException or InvalidAction with status 400 or 404, which SDKs do not try again. Some are about what another service\n" +
		"of AWS has, which does not run here: they answer with AWS's error for what does not exist, lists with nothing.\n")
	b.WriteString("\n| Service | Works | Of |\n| --- | --: | --: |\n")
	for _, s := range all {
		fmt.Fprintf(&b, "| [%s](#%s) | %d | %d |\n", s.ServiceID, anchor(s.ServiceID), len(have.names(s, works)), len(s.Operations))
	}
	for _, s := range all {
		compatSection(&b, s, have)
	}
	return b.String(), nil
}

// anyServers returns the operations that any server has: one in memory is made, and thrown away.
func anyServers() (operations, error) {
	s := &Server{cfg: config.Server{Test: true}, now: time.Now, observer: newObserver(newEvents(io.Discard))}
	st, err := memoryStorage(&s.cfg, s.now, s.observer)
	if err != nil {
		return nil, err
	}
	w := &world{storage: st}
	s.addServices(w)
	return w.have(), nil
}

// A standing is what a server makes of an operation.
type standing int

const (
	lacks       standing = iota
	works                // carries it out
	isElsewhere          // answers that it belongs to another service
)

// operations are those that a server knows by their names, by the service's Go package.
type operations map[string]map[string]standing

// have returns the operations that a world has.
func (w *world) have() operations {
	have := operations{}
	for _, s := range w.services {
		is := works
		if _, ok := s.(*elsewhere.Service); ok {
			is = isElsewhere
		}
		for _, o := range s.Operations() {
			if have[o.Service] == nil {
				have[o.Service] = map[string]standing{}
			}
			have[o.Service][o.Name] = is
		}
	}
	return have
}

// names returns the operations of a service that have a standing, by name.
func (have operations) names(s *model.Service, is standing) []string {
	names := []string{}
	for _, name := range slices.Sorted(maps.Keys(s.Operations)) {
		if have[s.GoPackage()][name] == is {
			names = append(names, name)
		}
	}
	return names
}

// WorkingServices returns the names, as AWS has them in "CloudWatch Logs", of the services of which the server has any operation.
func WorkingServices() ([]string, error) {
	all, err := spoken()
	if err != nil {
		return nil, err
	}
	have, err := anyServers()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range all {
		if len(have.names(s, works)) > 0 {
			names = append(names, s.ServiceID)
		}
	}
	return names, nil
}

// compatSection writes what the server has of one service.
func compatSection(b *strings.Builder, s *model.Service, have operations) {
	fmt.Fprintf(b, "\n## %s\n", s.ServiceID)
	for _, part := range []struct {
		title string
		is    standing
	}{{"Works", works}, {"Answers that it belongs to another service", isElsewhere}, {"Not yet", lacks}} {
		if names := have.names(s, part.is); len(names) > 0 {
			fmt.Fprintf(b, "\n%s: %s.\n", part.title, strings.Join(names, ", "))
		}
	}
}

// anchor returns what a heading is called in links.
func anchor(heading string) string {
	return strings.ReplaceAll(strings.ToLower(heading), " ", "-")
}

// A support is what the server has of one service, as /api/v1/compat tells it.
type support struct {
	Service   string   `json:"service"` // AWS's name: "CloudWatch Logs"
	Works     []string `json:"works"`
	Elsewhere []string `json:"elsewhere"` // answers that it belongs to another service
	Lacks     []string `json:"lacks"`
}

// compat answers with docs/compat.md's table as JSON.
func (s *Server) compat(w http.ResponseWriter, _ *http.Request) {
	all, err := spoken()
	if err != nil {
		panic("BUG: the models were read before: " + err.Error())
	}
	have, answer := s.world.Load().have(), []support{}
	for _, service := range all {
		answer = append(answer, support{
			service.ServiceID, have.names(service, works), have.names(service, isElsewhere), have.names(service, lacks),
		})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // an error is the client's
}
