package app

import (
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/groundwatch/groundwatch/internal/gateway"
	"github.com/groundwatch/groundwatch/internal/ingest"
)

// doors are the paths beside AWS's protocols.
func (s *Server) doors(w *world) []gateway.Door {
	metrics := promhttp.HandlerFor(s.observer.registry, promhttp.HandlerOpts{})
	doors := []gateway.Door{
		{Pattern: "/livez", Handler: http.HandlerFunc(s.live)},
		{Pattern: "/readyz", Handler: http.HandlerFunc(s.readyz)},
		{Pattern: "/healthz", Handler: http.HandlerFunc(s.readyz)},
		{Pattern: "/metrics", Handler: metrics},
		{Pattern: "/api/v1/compat", Handler: http.HandlerFunc(s.compat)},
	}
	for _, e := range ingest.Endpoints(ingest.Options{Logs: w.logs, Now: s.now, Skipped: s.observer.skipped}) {
		doors = append(doors, gateway.Door{
			Pattern: e.Path, Handler: e.Handler, Auth: gateway.SignedOrToken, Service: "logs", BodyBytes: ingest.MaxBody,
			Refuse: e.Refuse,
		})
	}
	if s.cfg.Test {
		doors = append(doors, gateway.Door{Pattern: "/moto-api/reset", Handler: http.HandlerFunc(s.reset)})
	}
	return doors
}

// A health is what /livez and /readyz say.
type health struct {
	Status     string `json:"status"` // ok, or stopping
	Version    string `json:"version"`
	Durability string `json:"durability"` // sync: what is acknowledged is on disk; memory: nothing ever is
}

func (s *Server) answer(w http.ResponseWriter, code int, status string) {
	h := health{status, s.version, s.durability()}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(h) // an error is the client's
}

// durability says what an acknowledged write is: see health.
func (s *Server) durability() string {
	if s.cfg.Test {
		return "memory"
	}
	return "sync"
}

// live answers as long as the process does.
func (s *Server) live(w http.ResponseWriter, _ *http.Request) { s.answer(w, http.StatusOK, "ok") }

// readyz answers 503 when no more requests should come.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		s.answer(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	s.answer(w, http.StatusOK, "ok")
}

// reset forgets everything, as test suites written for moto ask its server to.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST resets", http.StatusMethodNotAllowed)
		return
	}
	next, err := s.newWorld(r.Context())
	if err != nil {
		s.events.Error("reset_failed", "error", err.Error())
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	last := s.replace(next)
	close(last.over)
	last.endTails()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"status":"ok"}` + "\n")) // an error is the client's
}
