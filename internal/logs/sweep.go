package logs

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

const (
	sweepEvery  = time.Minute // what a sweep could not do is tried again
	expireEvery = time.Hour   // readers never see what has expired; this only frees the room
	sweepBatch  = 500         // entries of one write, so that other writes wait for some milliseconds only
)

// Run sweeps what deleted groups left and lets old events expire, until ctx ends. It returns the context's error.
func (s *Service) Run(ctx context.Context) error {
	every := time.NewTicker(sweepEvery)
	defer every.Stop()
	var expired time.Time
	for {
		s.told(ctx, s.sweep(ctx))
		if now := s.opts.Now(); now.Sub(expired) >= expireEvery {
			s.told(ctx, s.expire(ctx, now))
			expired = now
		}
		s.publishDefaults(ctx, s.opts.Now())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.gone:
		case <-every.C:
		}
	}
}

// told gives an error of Run's work to the hook, unless it is about to end.
func (s *Service) told(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil && s.opts.Hooks.SweepFailed != nil {
		s.opts.Hooks.SweepFailed(err)
	}
}

// sweepSoon wakes Run.
func (s *Service) sweepSoon() {
	select {
	case s.gone <- struct{}{}:
	default: // it is awake, or will be
	}
}

// sweep removes all that belonged to deleted groups, in writes of sweepBatch entries. It may be cut off anywhere and done again.
func (s *Service) sweep(ctx context.Context) error {
	scopes, err := s.catalog.Scopes(ctx, goneGroupKind)
	if err != nil {
		return refuse.Internal("list tenants with deleted log groups", err)
	}
	for _, scope := range scopes {
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: scope}) {
			if err != nil {
				return refuse.Internal("list deleted log groups", err)
			}
			if err := s.sweepGroup(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// sweepGroup removes what belonged to one deleted group, and then that there is something to remove.
func (s *Service) sweepGroup(ctx context.Context, gone catalog.Entry) error {
	n, err := strconv.ParseInt(gone.Name, 10, 64)
	if err != nil {
		return refuse.Internal("read "+gone.Key.String(), err)
	}
	t := tenant{gone.Account, gone.Region}
	g := &Group{tenant: t}
	g.Partition = table.Partition(n)
	if err := s.events.Drop(ctx, g.Partition); err != nil {
		return refuse.Internal("drop events of deleted log group", err)
	}
	for _, q := range []catalog.Query{
		{Scope: t.under(streamKind, g)},
		{Scope: t.under(goneStreamKind, g)},
		{Scope: t.under(subscriptionKind, g)},
		{Scope: t.scope(metricFilterKind), Terms: catalog.Terms{decimal(n)}},
	} {
		if err := s.deleteAll(ctx, q); err != nil {
			return err
		}
	}
	forget := []catalog.Change{catalog.Delete(gone.Key, catalog.Any)}
	for _, kind := range s.opts.Swept {
		forget = append(forget, catalog.Delete(t.scope(kind).Key(decimal(n)), catalog.Any))
	}
	_, err = s.catalog.Write(ctx, forget...)
	return wrapped("forget deleted log group", err)
}

// deleteAll deletes all entries of q.
func (s *Service) deleteAll(ctx context.Context, q catalog.Query) error {
	for {
		page, err := s.deletePage(ctx, q, math.MaxInt64)
		if err != nil || page.Next == (catalog.Cursor{}) {
			return err
		}
	}
}

// deletePage deletes those of q's next sweepBatch entries whose first peak is below a number, and returns all of these entries.
func (s *Service) deletePage(ctx context.Context, q catalog.Query, below int64) (catalog.Page, error) {
	q.Limit = sweepBatch
	page, err := s.catalog.List(ctx, q)
	if err != nil {
		return page, refuse.Internal("list what is to be deleted", err)
	}
	var changes []catalog.Change
	for _, e := range page.Entries {
		if e.Peaks[0] < below {
			changes = append(changes, catalog.Delete(e.Key, catalog.Any))
		}
	}
	if len(changes) == 0 {
		return page, nil
	}
	_, err = s.catalog.Write(ctx, changes...)
	return page, wrapped("delete what a group has left", err)
}

// expireBatch is how many groups expire together.
const expireBatch = 1000

// expire lets the events of every group expire that its retention does not keep at now.
func (s *Service) expire(ctx context.Context, now time.Time) error {
	scopes, err := s.catalog.Scopes(ctx, groupKind)
	if err != nil {
		return refuse.Internal("list tenants", err)
	}
	var batch []*Group
	for _, scope := range scopes {
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: scope}) {
			if err != nil {
				return refuse.Internal("list log groups", err)
			}
			g, err := groupOf(e)
			if err != nil {
				return err
			}
			if g.RetentionDays == 0 {
				continue
			}
			if batch = append(batch, g); len(batch) == expireBatch {
				if err := s.expireGroups(ctx, batch, now); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
	}
	return s.expireGroups(ctx, batch, now)
}

// expireGroups lets the events of groups expire, and forgets their deleted streams that cannot have later ones.
func (s *Service) expireGroups(ctx context.Context, groups []*Group, now time.Time) error {
	limits := make([]table.Expiry, len(groups))
	for i, g := range groups {
		limits[i] = table.Expiry{Partition: g.Partition, Before: g.Oldest(now)}
	}
	if err := s.events.Expire(ctx, limits...); err != nil {
		return refuse.Internal("expire events of log groups", err)
	}
	for i, g := range groups {
		if err := s.forgetStreams(ctx, g, limits[i].Before); err != nil {
			return err
		}
	}
	return nil
}

// forgetStreams forgets the deleted streams of g that cannot have events from oldest on.
func (s *Service) forgetStreams(ctx context.Context, g *Group, oldest int64) error {
	lastEvent := s.limits.NewEvents + appendPatience // after the stream was deleted
	q := catalog.Query{Scope: g.under(goneStreamKind, g)}
	for {
		page, err := s.deletePage(ctx, q, oldest-lastEvent.Milliseconds())
		if err != nil || page.Next == (catalog.Cursor{}) {
			return err
		}
		q.After = page.Next
	}
}
