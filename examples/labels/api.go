package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

// newAPI returns the HTTP API:
//
//	POST /v1/labels             an order, answers its label
//	GET  /v1/labels/{tracking}  a label
//
// The header X-User-Id says who asks; a real service reads it from a token.
func newAPI(l *labels) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/labels", withUser(func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&o); err != nil {
			answer(w, r, label{}, fmt.Errorf("%w: %w", errInvalidOrder, err))
			return
		}
		made, err := l.create(r.Context(), o)
		answer(w, r, made, err)
	}))
	mux.Handle("GET /v1/labels/{tracking}", withUser(func(w http.ResponseWriter, r *http.Request) {
		found, err := l.find(r.PathValue("tracking"))
		answer(w, r, found, err)
	}))
	return mux
}

// withUser puts the user on the context, so on every event below, and on the request's own event.
func withUser(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := eventlog.UserID(r.Header.Get("X-User-Id"))
		if user.Value.String() == "" {
			answer(w, r, label{}, errNoUser)
			return
		}
		eventlog.Set(r.Context(), user)
		next(w, r.WithContext(eventlog.With(r.Context(), user)))
	})
}

var errNoUser = errors.New("no X-User-Id")

// answer writes a label, or the status of an error; the request's event says why.
func answer(w http.ResponseWriter, r *http.Request, l label, err error) {
	if err != nil {
		eventhttp.SetError(r.Context(), err)
		http.Error(w, err.Error(), statusOf(err))
		return
	}
	eventlog.Set(r.Context(), slog.String("tracking", l.Tracking))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(l) // a client that is gone is on the request's event
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, errNoUser):
		return http.StatusUnauthorized
	case errors.Is(err, errInvalidOrder):
		return http.StatusBadRequest
	case errors.Is(err, errNoLabel):
		return http.StatusNotFound
	case errors.Is(err, errRefused):
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadGateway
}
