package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// hostileQueries hold much, take long or both.
var hostileQueries = []string{
	"stats count(*) by requestId",
	"stats count(*), pct(durationMs, 99), count_distinct(userId) by traceId, requestId, path",
	"fields @message | sort @message desc | limit 100000",
	"fields @timestamp, @message | sort traceId, requestId desc | limit 100000",
	`filter @message like /(a|b|c|aa|bb|cc)*.*(x+x+)+y.*[0-9a-f]{20}.*z$/ | stats count(*)`,
	`parse @message /(?<one>.*)"(?<two>.*)":(?<three>.*)$/ | stats count(*) by one, two`,
	"pattern @message",
	`fields requestId, level | join type=inner left=a right=b where a.level = b.level (SOURCE logGroups(namePrefix: ["/bench"]) | fields level, requestId)`,
	"fields @timestamp, userId | dedup requestId | limit 100000",
}

// hostileClients ask at once, those of each attacker the most that an account may.
const hostileClients = 100

// What became of hostile queries.
type fates struct {
	mu    sync.Mutex
	count map[string]int
}

func (f *fates) add(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count[what]++
}

// hostile measures how fast events are stored while nobody asks, and while a hundred clients of four accounts ask what is hard to answer.
func (b *bench) hostile(ctx context.Context) error {
	data := filepath.Join(b.dir, "hostile")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	s, err := b.filled(ctx, data, 1)
	if err != nil {
		return err
	}
	defer s.kill()
	for n := range attackerAccounts { // each has the same events
		if err := b.fill(ctx, &server{url: s.url, key: attacker(n)}); err != nil {
			return err
		}
	}
	s.settle()
	before, rest := s.cpu(), s.status("VmHWM")
	alone, err := b.rate(ctx, s)
	if err != nil {
		return err
	}
	usual := s.cpu() - before
	fmt.Printf("stored alone %.1f MB/s, %.1f s of CPU\n", alone, usual)
	stop, err := attackers(s.url)
	if err != nil {
		return err
	}
	time.Sleep(5 * time.Second) // they are at work
	beside, err := b.rate(ctx, s)
	if stopped := stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return fmt.Errorf("send beside queries: %w\n%s", err, s.out.String())
	}
	peak := s.status("VmHWM")
	fmt.Printf("stored beside %d clients that ask %.1f MB/s, %.2f of it\n", hostileClients, beside, beside/alone)
	id, err := startQuery(ctx, s.client(key), "stats count(*) as n")
	if err != nil {
		return err
	}
	out, err := results(ctx, s.client(key), id, 0, ended)
	if err != nil {
		return err
	}
	fmt.Printf("largest memory %.0f MB before, %.0f MB after; in the end it has %s events of %d\n", rest, peak, *out.Results[0][0].Value, 3*b.events)
	return nil
}

// attackers starts the clients that ask, in a process that stands back behind all others: what they make of answers is not to slow who
// sends, as on a machine of their own it would not. The function that it returns ends them; they say what became of their queries.
func attackers(url string) (stop func() error, err error) {
	cmd := exec.Command(os.Args[0], "-attack", url)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start attackers: %w", err)
	}
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, cmd.Process.Pid, 19); err != nil {
		return nil, fmt.Errorf("let attackers stand back: %w", err)
	}
	return func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return fmt.Errorf("stop attackers: %w", err)
		}
		return cmd.Wait()
	}, nil
}

// attack asks the server at url until somebody interrupts.
func attack(ctx context.Context, url string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	s, f := &server{url: url}, fates{count: map[string]int{}}
	var clients sync.WaitGroup
	for n := range hostileClients {
		clients.Go(func() { s.attack(ctx, n, &f) })
	}
	clients.Wait()
	fmt.Println("what became of queries:", f.count)
	return nil
}

// fill makes the group and sends all events.
func (b *bench) fill(ctx context.Context, s *server) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	return b.send(ctx, s)
}

// rate sends all events and returns how many MB of them were stored in a second.
func (b *bench) rate(ctx context.Context, s *server) (float64, error) {
	begun := time.Now()
	err := b.send(ctx, s)
	return float64(b.text) / 1e6 / time.Since(begun).Seconds(), err
}

// attack starts one query after the other, of attacker n of all clients.
func (s *server) attack(ctx context.Context, n int, f *fates) {
	c := s.client(attacker(n % attackerAccounts))
	for i := n / attackerAccounts; ctx.Err() == nil; i++ {
		what := "refused"
		id, err := startQuery(ctx, c, hostileQueries[i%len(hostileQueries)])
		var out *cloudwatchlogs.GetQueryResultsOutput
		if err == nil {
			out, err = results(ctx, c, id, 200*time.Millisecond, ended)
		}
		switch {
		case ctx.Err() != nil:
			if id != nil {
				_, _ = c.StopQuery(context.WithoutCancel(ctx), &cloudwatchlogs.StopQueryInput{QueryId: id}) // it may have ended
			}
			return
		case err == nil:
			what = string(out.Status)
		case !refused(err):
			what = "failed to start"
		}
		f.add(what)
		if what != string(types.QueryStatusComplete) {
			time.Sleep(100 * time.Millisecond)
		}
	}
}
