//go:build linux

package crash

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A resource is something of the catalog that has one value: a text of two digits, "" when it is not there.
type resource struct {
	kind, name string
	is         string
	pending    *string // what it is if the last change, which has had no answer, was made
	scheduled  bool
	made       int64 // when, of a fixed one

	// put gives it a value; exists tells whether it is there.
	put func(k *keeper, p *process, value string, exists bool) (answered bool, err error)
	// drop removes it.
	drop func(k *keeper, p *process) (answered bool, err error)
	// get returns its value.
	get func(k *keeper, p *process) (string, error)
}

// change gives x a value, or removes it.
func (x *resource) change(k *keeper, p *process, value string) error {
	x.pending = &value
	var answered bool
	var err error
	if value == "" {
		answered, err = x.drop(k, p)
	} else {
		answered, err = x.put(k, p, value, x.is != "")
	}
	if answered {
		x.is, x.pending, x.made = value, nil, time.Now().UnixMilli()
	}
	return err
}

// look compares x with what the server has, and learns what is unknown.
func (x *resource) look(k *keeper, p *process) error {
	got, err := x.get(k, p)
	if err != nil {
		return err
	}
	if got != x.is && (x.pending == nil || got != *x.pending) {
		return fmt.Errorf("%s %s is %q, want %q: it was acknowledged (another value without an answer: %v)", x.kind, x.name, got, x.is, x.pending != nil)
	}
	if x.pending != nil && got != x.is {
		x.made = time.Now().UnixMilli()
	}
	x.is, x.pending = got, nil
	return nil
}

type object map[string]any

// value returns the two digits behind a mark in a text; "" if they are not there.
func value(text, mark string) string {
	_, rest, ok := strings.Cut(text, mark)
	if !ok || len(rest) < 2 {
		return ""
	}
	return rest[:2]
}

// ask calls an operation that reads. What is not there is no error.
func (k *keeper) ask(p *process, operation string, in object, out any) error {
	k.calls.Add(1)
	err := p.call(operation, "", in, out)
	if no, ok := errors.AsType[*refusal](err); ok && no.code == "ResourceNotFoundException" {
		return nil
	}
	return err
}

func savedQuery(name string) *resource {
	find := func(k *keeper, p *process) (id, text string, err error) {
		var out struct {
			All []struct {
				ID   string `json:"queryDefinitionId"`
				Text string `json:"queryString"`
			} `json:"queryDefinitions"`
		}
		if err := k.ask(p, "DescribeQueryDefinitions", object{"queryDefinitionNamePrefix": name}, &out); err != nil || len(out.All) == 0 {
			return "", "", err
		}
		if len(out.All) > 1 {
			return "", "", fmt.Errorf("there are %d saved queries %s, want one", len(out.All), name)
		}
		return out.All[0].ID, value(out.All[0].Text, "limit "), nil
	}
	id := ""
	return &resource{
		kind: "saved query", name: name,
		put: func(k *keeper, p *process, value string, exists bool) (bool, error) {
			in := object{"name": name, "queryString": "limit " + value}
			if exists {
				in["queryDefinitionId"] = id
			}
			var out struct {
				ID string `json:"queryDefinitionId"`
			}
			answered, err := k.call(p, "PutQueryDefinition", "", in, &out)
			if answered {
				id = out.ID
			}
			return answered, err
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteQueryDefinition", "", object{"queryDefinitionId": id}, &nothing{})
		},
		get: func(k *keeper, p *process) (text string, err error) {
			id, text, err = find(k, p)
			return text, err
		},
	}
}

func lookupTable(name string) *resource {
	arn := object{"lookupTableArn": "arn:aws:logs:us-east-1:000000000000:lookup-table:" + name}
	return &resource{
		kind: "lookup table", name: name,
		put: func(k *keeper, p *process, value string, exists bool) (bool, error) {
			body := "id,name\n1,is" + value + "\n"
			if exists {
				return k.call(p, "UpdateLookupTable", "", object{"lookupTableArn": arn["lookupTableArn"], "tableBody": body}, &nothing{})
			}
			return k.call(p, "CreateLookupTable", "", object{"lookupTableName": name, "tableBody": body}, &nothing{})
		},
		drop: func(k *keeper, p *process) (bool, error) { return k.call(p, "DeleteLookupTable", "", arn, &nothing{}) },
		get: func(k *keeper, p *process) (string, error) {
			var out struct {
				Body string `json:"tableBody"`
			}
			err := k.ask(p, "GetLookupTable", arn, &out)
			return value(out.Body, "is"), err
		},
	}
}

func resourcePolicy(name string) *resource {
	return &resource{
		kind: "resource policy", name: name,
		put: func(k *keeper, p *process, value string, _ bool) (bool, error) {
			document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"is%s","Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}`, value)
			return k.call(p, "PutResourcePolicy", "", object{"policyName": name, "policyDocument": document}, &nothing{})
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteResourcePolicy", "", object{"policyName": name}, &nothing{})
		},
		get: func(k *keeper, p *process) (string, error) {
			var out struct {
				All []struct {
					Document string `json:"policyDocument"`
				} `json:"resourcePolicies"`
			}
			if err := k.ask(p, "DescribeResourcePolicies", object{}, &out); err != nil || len(out.All) == 0 {
				return "", err
			}
			return value(out.All[0].Document, `"Sid":"is`), nil
		},
	}
}

func transformer() *resource {
	group := object{"logGroupIdentifier": keptGroup}
	return &resource{
		kind: "transformer", name: keptGroup,
		put: func(k *keeper, p *process, value string, _ bool) (bool, error) {
			config := []object{{"parseJSON": object{}}, {"addKeys": object{"entries": []object{{"key": "added", "value": "is" + value}}}}}
			return k.call(p, "PutTransformer", "", object{"logGroupIdentifier": keptGroup, "transformerConfig": config}, &nothing{})
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteTransformer", "", group, &nothing{})
		},
		get: func(k *keeper, p *process) (string, error) {
			var out struct {
				Config json.RawMessage `json:"transformerConfig"`
			}
			err := k.ask(p, "GetTransformer", group, &out)
			return value(string(out.Config), `"is`), err
		},
	}
}

func indexPolicy() *resource {
	return &resource{
		kind: "index policy", name: keptGroup,
		put: func(k *keeper, p *process, value string, _ bool) (bool, error) {
			return k.call(p, "PutIndexPolicy", "", object{"logGroupIdentifier": keptGroup, "policyDocument": `{"Fields":["is` + value + `"]}`}, &nothing{})
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteIndexPolicy", "", object{"logGroupIdentifier": keptGroup}, &nothing{})
		},
		get: func(k *keeper, p *process) (string, error) {
			var out struct {
				All []struct {
					Document string `json:"policyDocument"`
				} `json:"indexPolicies"`
			}
			if err := k.ask(p, "DescribeIndexPolicies", object{"logGroupIdentifiers": []string{keptGroup}}, &out); err != nil || len(out.All) == 0 {
				return "", err
			}
			return value(out.All[0].Document, `"is`), nil
		},
	}
}

func scheduledQuery(name string) *resource {
	self := object{"identifier": name}
	return &resource{
		kind: "scheduled query", name: name, scheduled: true,
		put: func(k *keeper, p *process, value string, exists bool) (bool, error) {
			in := object{
				"queryLanguage": "CWLI", "queryString": "stats count(*) | limit " + value, "scheduleExpression": "cron(* * * * ? *)",
				"executionRoleArn": "arn:aws:iam::000000000000:role/kept", "logGroupIdentifiers": []string{keptGroup}, "startTimeOffset": 3600,
			}
			if exists {
				in["identifier"] = name
				return k.call(p, "UpdateScheduledQuery", "", in, &nothing{})
			}
			in["name"] = name
			return k.call(p, "CreateScheduledQuery", "", in, &nothing{})
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteScheduledQuery", "", self, &nothing{})
		},
		get: func(k *keeper, p *process) (string, error) {
			var out struct {
				Text string `json:"queryString"`
			}
			err := k.ask(p, "GetScheduledQuery", self, &out)
			return value(out.Text, "limit "), err
		},
	}
}

// A detectorSeen is a detector as lists have it.
type detectorSeen struct {
	ARN        string `json:"anomalyDetectorArn"`
	Name       string `json:"detectorName"`
	Status     string `json:"anomalyDetectorStatus"`
	Visibility int    `json:"anomalyVisibilityTime"`
}

func (k *keeper) detectors(p *process) ([]detectorSeen, error) {
	var out struct {
		All []detectorSeen `json:"anomalyDetectors"`
	}
	err := k.ask(p, "ListLogAnomalyDetectors", object{}, &out)
	return out.All, err
}

func detector(name string) *resource {
	arn := ""
	return &resource{
		kind: "detector", name: name,
		put: func(k *keeper, p *process, value string, exists bool) (bool, error) {
			in := object{"anomalyVisibilityTime": json.Number(value), "evaluationFrequency": "ONE_MIN"}
			if exists {
				in["anomalyDetectorArn"], in["enabled"] = arn, true
				return k.call(p, "UpdateLogAnomalyDetector", "", in, &nothing{})
			}
			in["detectorName"], in["logGroupArnList"] = name, []string{"arn:aws:logs:us-east-1:000000000000:log-group:" + keptGroup}
			var out struct {
				ARN string `json:"anomalyDetectorArn"`
			}
			answered, err := k.call(p, "CreateLogAnomalyDetector", "", in, &out)
			if answered {
				arn = out.ARN
			}
			return answered, err
		},
		drop: func(k *keeper, p *process) (bool, error) {
			return k.call(p, "DeleteLogAnomalyDetector", "", object{"anomalyDetectorArn": arn}, &nothing{})
		},
		get: func(k *keeper, p *process) (string, error) {
			all, err := k.detectors(p)
			found := ""
			for _, d := range all {
				if d.Name != name {
					continue
				}
				if found != "" {
					return "", fmt.Errorf("there are several detectors %s", name)
				}
				arn, found = d.ARN, fmt.Sprint(d.Visibility)
			}
			return found, err
		},
	}
}
