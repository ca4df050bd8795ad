package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// carriers registers parcels with carriers, over HTTP.
type carriers struct {
	client *http.Client
	url    string // of the carriers' gateway
}

var (
	errRefused     = errors.New("carrier refused the parcel")
	errUnavailable = errors.New("carrier is unavailable")
)

// register tells the carrier of a parcel and returns its tracking number.
func (c carriers) register(ctx context.Context, carrier string, o order) (tracking string, err error) {
	call := eventlog.Try(ctx, "parcel_registered", "parcel_registration_failed",
		slog.String("carrier", carrier), slog.Int("order_id", o.ID))
	defer call.Done(&err)
	body, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/"+carrier+"/parcels", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end below; nothing is lost
	call.Set(slog.Int("status", resp.StatusCode))
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnprocessableEntity:
		return "", fmt.Errorf("%w: %g kg, at most %g kg", errRefused, o.WeightKg, maxWeightKg)
	default:
		return "", fmt.Errorf("%w: %s", errUnavailable, resp.Status)
	}
	var parcel struct{ Tracking string }
	if err := json.NewDecoder(resp.Body).Decode(&parcel); err != nil {
		return "", fmt.Errorf("carrier's answer: %w", err)
	}
	eventlog.Assert(ctx, parcel.Tracking != "", "tracking_number_given", slog.String("carrier", carrier))
	return parcel.Tracking, nil
}

// carrierFor returns who delivers to a country.
func carrierFor(country string) string {
	switch country {
	case "DE", "AT":
		return "dhl"
	case "NL", "BE":
		return "postnl"
	}
	return "ups"
}

// tracking is how the pretended carriers number an order's parcel.
func tracking(carrier string, order int) string { return fmt.Sprintf("%s-%08d", carrier, order) }

// maxWeightKg is the heaviest parcel that carriers take.
const maxWeightKg = 30.0

// pretendCarriers answers as carriers do: it takes some milliseconds, refuses heavy parcels, and one of them is out of
// order for every eleventh parcel.
func pretendCarriers() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{carrier}/parcels", func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case <-time.After(time.Duration(1+o.ID%7) * time.Millisecond):
		case <-r.Context().Done():
			return
		}
		switch carrier := r.PathValue("carrier"); {
		case o.WeightKg > maxWeightKg:
			http.Error(w, "too heavy", http.StatusUnprocessableEntity)
		case carrier == "ups" && o.ID%11 == 0:
			http.Error(w, "out of order", http.StatusServiceUnavailable)
		default:
			_ = json.NewEncoder(w).Encode(map[string]string{"tracking": tracking(carrier, o.ID)})
		}
	})
	return mux
}
