package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// customers play at the same time.
const customers = 4

// play sends requests as customers do, always the same ones: most orders are fine, some parcels are too heavy, some
// orders are nonsense, and after a label was made it is looked at.
func play(ctx context.Context, url string, requests int) error {
	client := &http.Client{Timeout: 10 * time.Second}
	errs := make([]error, customers)
	var wg sync.WaitGroup
	for c := range customers {
		wg.Go(func() {
			for i := c; i < requests && errs[c] == nil; i += customers {
				errs[c] = request(ctx, client, url, i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("simulation: %w", err)
		}
	}
	return nil
}

// request sends the i-th request.
func request(ctx context.Context, client *http.Client, url string, i int) error {
	method, path, body := http.MethodPost, "/v1/labels", []byte(nil)
	if i%4 == 3 { // somebody looks at an earlier label; not all were made
		method, path = http.MethodGet, fmt.Sprintf("/v1/labels/%s-%08d", carrierFor(country(i-1)), i) // orders count from 1
	} else {
		var err error
		if body, err = json.Marshal(simulatedOrder(i)); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("X-User-Id", fmt.Sprintf("u-%03d", i%17))
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end below; nothing is lost
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func country(i int) string { return []string{"DE", "NL", "FR", "AT", "US"}[i%5] }

func simulatedOrder(i int) order {
	o := order{ID: i + 1, WeightKg: float64(1 + i%9), Country: country(i), Email: fmt.Sprintf("c%d@example.com", i)}
	switch {
	case i%23 == 22:
		o.WeightKg = 31.5
	case i%29 == 28:
		o.WeightKg = 0
	case i%31 == 30:
		o.Email = "unknown"
	}
	return o
}
