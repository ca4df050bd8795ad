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
	"github.com/groundwatch/groundwatch/internal/model"
)

// CompatPage returns docs/compat.md: of every operation of every service whose protocol the server speaks, whether the server
// has it. It is made from the table that requests are matched against.
func CompatPage() (string, error) {
	all, err := spoken()
	if err != nil {
		return "", err
	}
	have, err := works()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Operations\n\nGenerated from the server's table of operations. One that it lacks answers as AWS answers an operation that it does not know:\n" +
		"UnknownOperationException or InvalidAction with status 400 or 404, which SDKs do not try again.\n")
	b.WriteString("\n| Service | Works | Of |\n| --- | --: | --: |\n")
	for _, s := range all {
		fmt.Fprintf(&b, "| [%s](#%s) | %d | %d |\n", s.ServiceID, anchor(s.ServiceID), len(have[s.GoPackage()]), len(s.Operations))
	}
	for _, s := range all {
		compatSection(&b, s, have[s.GoPackage()])
	}
	return b.String(), nil
}

// works returns the operations that any server has: one in memory is made, and thrown away.
func works() (operations, error) {
	s := &Server{cfg: config.Server{Test: true}, now: time.Now, observer: newObserver(newEvents(io.Discard))}
	st, err := memoryStorage(&s.cfg, s.now, s.observer)
	if err != nil {
		return nil, err
	}
	w := &world{storage: st}
	s.addServices(w)
	return w.have(), nil
}

// operations are some by their names, by the service's Go package.
type operations map[string]map[string]bool

// have returns the operations that a world has.
func (w *world) have() operations {
	have := operations{}
	for _, o := range w.operations() {
		if have[o.Service] == nil {
			have[o.Service] = map[string]bool{}
		}
		have[o.Service][o.Name] = true
	}
	return have
}

// WorkingServices returns the names, as AWS has them in "CloudWatch Logs", of the services of which the server has any operation.
func WorkingServices() ([]string, error) {
	all, err := spoken()
	if err != nil {
		return nil, err
	}
	have, err := works()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range all {
		if len(have[s.GoPackage()]) > 0 {
			names = append(names, s.ServiceID)
		}
	}
	return names, nil
}

// compatSection writes what the server has of one service.
func compatSection(b *strings.Builder, s *model.Service, have map[string]bool) {
	fmt.Fprintf(b, "\n## %s\n", s.ServiceID)
	names := slices.Sorted(maps.Keys(s.Operations))
	for _, part := range []struct {
		title string
		works bool
	}{{"Works", true}, {"Not yet", false}} {
		var row []string
		for _, name := range names {
			if have[name] == part.works {
				row = append(row, name)
			}
		}
		if len(row) > 0 {
			fmt.Fprintf(b, "\n%s: %s.\n", part.title, strings.Join(row, ", "))
		}
	}
}

// anchor returns what a heading is called in links.
func anchor(heading string) string {
	return strings.ReplaceAll(strings.ToLower(heading), " ", "-")
}

// A support is what the server has of one service, as /api/v1/compat tells it.
type support struct {
	Service string   `json:"service"` // AWS's name: "CloudWatch Logs"
	Works   []string `json:"works"`
	Lacks   []string `json:"lacks"`
}

// compat answers with docs/compat.md's table as JSON.
func (s *Server) compat(w http.ResponseWriter, _ *http.Request) {
	all, err := spoken()
	if err != nil {
		panic("BUG: the models were read before: " + err.Error())
	}
	have, answer := s.world.Load().have(), []support{}
	for _, service := range all {
		one := support{service.ServiceID, []string{}, []string{}}
		for _, name := range slices.Sorted(maps.Keys(service.Operations)) {
			if have[service.GoPackage()][name] {
				one.Works = append(one.Works, name)
			} else {
				one.Lacks = append(one.Lacks, name)
			}
		}
		answer = append(answer, one)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // an error is the client's
}
