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

// play sends orders as customers do, always the same ones: most are fine, some parcels are too heavy, some orders are
// nonsense.
func play(ctx context.Context, url string, orders int) error {
	client := &http.Client{Timeout: 10 * time.Second}
	errs := make([]error, customers)
	var wg sync.WaitGroup
	for c := range customers {
		wg.Go(func() {
			for i := c; i < orders && errs[c] == nil; i += customers {
				errs[c] = buy(ctx, client, url, i)
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

// buy sends the i-th order; after every third the customer looks at the label, or at one that was never made.
func buy(ctx context.Context, client *http.Client, url string, i int) error {
	o := simulatedOrder(i)
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := send(ctx, client, http.MethodPost, url+"/v1/labels", i, body); err != nil || i%3 != 2 {
		return err
	}
	return send(ctx, client, http.MethodGet, fmt.Sprintf("%s/v1/labels/%s", url, tracking(carrierFor(o.Country), o.ID)), i, nil)
}

// send sends a request of the i-th order's customer, and minds no answer.
func send(ctx context.Context, client *http.Client, method, url string, i int, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
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
