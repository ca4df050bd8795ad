package app

import (
	"github.com/groundwatch/groundwatch/internal/lookuptables"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/savedqueries"
	"github.com/groundwatch/groundwatch/internal/scheduled"
	"github.com/groundwatch/groundwatch/internal/table"
)

// askers returns the services around queries: those they can call, the tables they can look into, the queries themselves,
// and those that are run again and again.
func (s *Server) askers(w *world, events table.Table, sealer *page.Sealer) []service {
	catalog := w.storage.catalog
	saved := savedqueries.New(savedqueries.Options{Catalog: catalog, Sealer: sealer, Now: s.now, Random: random})
	asked := new(askedQueries)
	tables := lookuptables.New(lookuptables.Options{Catalog: catalog, Sealer: sealer, Now: s.now, Results: asked.results})
	asked.queries = queries.New(queries.Options{
		Events: events, Groups: logGroups{w.logs, w.policies, s.now}, Sealer: sealer,
		Now: s.now, Random: random, Saved: saved.Named, Indexed: w.indexedFields, Tables: tables, Hooks: s.observer.queriesHooks(),
	})
	w.queries = asked.queries
	runs := scheduled.New(scheduled.Options{
		Catalog: catalog, Sealer: sealer, Now: s.now, Random: random,
		Queries: asked, Buckets: bucketsOf(&s.cfg), PutTable: tables.Put, Hooks: s.observer.scheduledHooks(),
	})
	return []service{saved, tables, asked.queries, runs}
}
