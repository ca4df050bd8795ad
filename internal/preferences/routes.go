package preferences

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/caller"
)

// A SyslogRoute is a log group that takes syslog messages.
type SyslogRoute struct {
	Owner    caller.Caller // whose configuration it is: Account and Region
	Group    string        // its ARN
	Endpoint string        // of a VPC; "" if the configuration names none
}

// SyslogRoutes returns the log groups that take what comes to an account through an endpoint, which may be "". They are of all its regions: senders
// know of none.
func (s *Service) SyslogRoutes(ctx context.Context, account, endpoint string) ([]SyslogRoute, error) {
	owners, err := s.syslogs.Callers(ctx)
	if err != nil {
		return nil, err
	}
	var all []SyslogRoute
	for _, owner := range owners {
		if owner.Account != account {
			continue
		}
		configured, err := s.all(caller.With(ctx, owner))
		if err != nil {
			return nil, err
		}
		for _, c := range configured {
			all = append(all, SyslogRoute{owner, c.group, c.Endpoint})
		}
	}
	return routesOf(all, endpoint), nil
}

// routesOf returns those of all configurations that an endpoint's messages go to. [R] AWS knows by the network which endpoint a message came
// through, and there are no VPCs here: a listener is told by its flag which endpoint it stands for. What no configuration names goes to those that name
// no endpoint. A listener that stands for none, where all configurations name the same one, stands for that.
func routesOf(all []SyslogRoute, endpoint string) []SyslogRoute {
	named := func(endpoint string) (found []SyslogRoute) {
		for _, r := range all {
			if r.Endpoint == endpoint {
				found = append(found, r)
			}
		}
		return found
	}
	found := named(endpoint)
	if len(found) == 0 {
		found = named("")
	}
	if len(found) == 0 && endpoint == "" && len(all) > 0 {
		if found = named(all[0].Endpoint); len(found) < len(all) {
			return nil
		}
	}
	return found
}
