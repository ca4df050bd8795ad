// Command labels is an example service: an HTTP API that makes shipping labels, and a worker that mails them. Every
// event it writes goes to standard output, one JSON object a line.
//
//	labels                      serve on 127.0.0.1:8080 until interrupted
//	labels -simulate 400        serve, play 400 orders of some customers, and end
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`address` of the API")
	simulate := flag.Int("simulate", 0, "play this `number` of orders, then end")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := eventlog.New(eventlog.Options{Service: "labels", Env: "example", Version: "1.4.0"})
	eventlog.SetDefault(log)
	slog.SetDefault(log.Slog()) // libraries write events too

	if err := run(ctx, *listen, *simulate); err != nil {
		eventlog.Fail(ctx, "service_failed", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or the simulation is over, and returns when all work is done.
func run(ctx context.Context, listen string, simulated int) error {
	meter, err := emf.New(emf.Options{Namespace: "Labels", Dimensions: []emf.Dimension{}})
	if err != nil {
		return err
	}
	created, err := meter.Metric("labels_sold", emf.Count, "carrier")
	if err != nil {
		return err
	}
	pretended, err := serve("127.0.0.1:0", pretendCarriers())
	if err != nil {
		return fmt.Errorf("pretended carriers: %w", err)
	}
	defer pretended.close()

	mail := make(chan message, 100)
	client := &http.Client{Timeout: 5 * time.Second, Transport: eventhttp.Transport(nil, eventhttp.TransportOptions{
		Sent: "carrier_called", Failed: "carrier_call_failed",
	})}
	made := newLabels(carriers{client, pretended.url}, mail, created)
	api, err := serve(listen, eventhttp.Middleware(newAPI(made), eventhttp.Options{}))
	if err != nil {
		return fmt.Errorf("API: %w", err)
	}
	eventlog.Info(ctx, "service_started", slog.String("url", api.url))

	var worker sync.WaitGroup
	worker.Go(func() { work(mail) })
	if simulated > 0 {
		err = play(ctx, api.url, simulated)
	} else {
		<-ctx.Done()
	}
	api.close() // no request is under way behind this line, so nothing sends mail
	close(mail)
	worker.Wait()
	eventlog.Info(context.WithoutCancel(ctx), "service_stopped")
	return err
}

// work handles messages until there are no more.
func work(mail <-chan message) {
	handle := eventqueue.Wrap(sendLabel, eventqueue.Options{})
	for m := range mail {
		_ = handle(context.Background(), m) // its event says what went wrong; a real queue would deliver it again
	}
}

// A server is an HTTP server that listens.
type server struct {
	url  string
	http *http.Server
	done chan struct{}
}

func serve(address string, h http.Handler) (*server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &server{"http://" + l.Addr().String(), &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}, make(chan struct{})}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			eventlog.Fail(context.Background(), "server_failed", err)
		}
	}()
	return s, nil
}

// close waits for the requests under way, at most five seconds.
func (s *server) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		eventlog.Fail(ctx, "shutdown_failed", err)
	}
	<-s.done
}
