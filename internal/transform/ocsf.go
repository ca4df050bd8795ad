package transform

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/ocsf"
)

// parseToOCSF makes events of OCSF of the records of a service. It is in front, as all parsers of AWS's own logs, so that there is no field yet
// that source could name [R: the API's reference lets it name one].
func parseToOCSF(p *types.ParseToOCSF) (step, error) {
	if err := onlyMessage(p.Source); err != nil {
		return nil, err
	}
	c, err := ocsf.New(string(p.EventSource), string(p.OcsfVersion), aws.ToString(p.MappingVersion))
	if err != nil {
		return nil, err
	}
	return func(e *event) error {
		made, err := c.Convert(e.message)
		if err != nil {
			return fmt.Errorf("parseToOCSF: %w", err)
		}
		v, err := e.parse(string(made))
		if err != nil {
			return fmt.Errorf("parseToOCSF: %w", err)
		}
		o := v.object()
		if o == nil {
			panic("BUG: an event of OCSF is no object")
		}
		if again, ok := o.get("observables"); ok {
			e.repeats = leaves(again) // AWS's limit is about what is extracted: they do not count [R]
		}
		e.place(path{}, o)
		return nil
	}, nil
}
