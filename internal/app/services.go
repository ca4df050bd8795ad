package app

import (
	"context"
	"slices"

	"github.com/groundwatch/groundwatch/internal/anomalies"
	"github.com/groundwatch/groundwatch/internal/deliveries"
	"github.com/groundwatch/groundwatch/internal/destinations"
	"github.com/groundwatch/groundwatch/internal/elsewhere"
	"github.com/groundwatch/groundwatch/internal/exports"
	"github.com/groundwatch/groundwatch/internal/livetail"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/policies"
	"github.com/groundwatch/groundwatch/internal/preferences"
	"github.com/groundwatch/groundwatch/internal/resourcepolicies"
)

// A service is a set of operations. One that is a runner too is kept going.
type service interface {
	Operations() []op.Operation
}

// A runner works in the background until ctx ends.
type runner interface {
	Run(ctx context.Context) error
}

// addServices makes the services on the storage of w. It is the list of what a server has.
func (s *Server) addServices(w *world) {
	st := w.storage
	events, sealer := st.engine.Table(logs.Schema.Name), page.NewSealer(st.secret, s.now)
	tails := livetail.New(livetail.Options{
		Find: w.findTailed, Now: s.now, Random: random, Hooks: s.observer.tailHooks(),
	})
	w.policies = policies.New(policies.Options{
		Catalog: st.catalog, Sealer: sealer, Now: s.now, Find: w.findPoliced, Write: w.writeReports, FieldTimes: w.fieldTimes, Hooks: s.observer.policiesHooks(),
	})
	w.preferences = preferences.New(preferences.Options{Catalog: st.catalog, Sealer: sealer, Now: s.now, Find: w.findSyslogGroup})
	destinations := destinations.New(destinations.Options{Catalog: st.catalog, Sealer: sealer, Now: s.now, CheckTags: w.checkTags})
	w.logs = logs.New(logs.Options{
		Catalog: st.catalog, Events: events, Sealer: sealer,
		Now: s.now, Accepted: publishTo(tails), Damaged: s.cfg.Damaged, Hooks: s.observer.logsHooks(),
		Policies: logPolicies{w.policies}, Swept: policies.GroupKinds, Tagged: w.tag,
		Named: slices.Concat(resourcepolicies.GroupKinds, preferences.GroupKinds), Subscribable: destinations.Subscribable,
	})
	w.services = []service{
		tails,
		w.logs,
		w.policies,
		destinations,
		resourcepolicies.New(resourcepolicies.Options{Catalog: st.catalog, Sealer: sealer, Now: s.now, Random: random, Find: w.findHolder}),
		exports.New(exports.Options{
			Catalog: st.catalog, Events: exportedEvents{w.logs}, Buckets: bucketsOf(&s.cfg), Sealer: sealer,
			Now: s.now, Random: random, Hooks: s.observer.exportsHooks(),
		}),
		anomalies.New(anomalies.Options{
			Catalog: st.catalog, Events: watchedEvents{w.logs, events, s.now}, Sealer: sealer,
			Now: s.now, Random: random, Hooks: s.observer.anomaliesHooks(),
		}),
		deliveries.New(deliveries.Options{Catalog: st.catalog, Sealer: sealer, Now: s.now, Random: random}),
		w.preferences,
		elsewhere.New(),
	}
	w.services = append(w.services, s.askers(w, events, sealer)...)
}

// operations returns those of all services.
func (w *world) operations() []op.Operation {
	var all []op.Operation
	for _, s := range w.services {
		all = append(all, s.Operations()...)
	}
	return all
}

// runs returns what keeps the services going.
func (w *world) runs() []func(context.Context) error {
	var all []func(context.Context) error
	for _, s := range w.services {
		if r, ok := s.(runner); ok {
			all = append(all, r.Run)
		}
	}
	return all
}
