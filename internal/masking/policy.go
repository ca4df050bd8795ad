//lint:file-ignore ST1005 errors begin with the names that policies have

package masking

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/strictjson"
)

// AWS's limits of a data protection policy (PutDataProtectionPolicy in the API reference, CWL-custom-data-identifiers in the user guide).
const (
	MaxPolicy     = 30_720 // characters
	maxCustom     = 10     // custom identifiers
	maxCustomName = 128    // characters
	maxRegex      = 200    // characters
)

// policyVersion is the only version of the language of policies.
const policyVersion = "2021-06-01"

// A Policy is a data protection policy: what is looked for, and where findings go.
type Policy struct {
	Name  string // "" if it has none
	Rules Rules
	To    Destinations
}

// Destinations are where findings are reported; an empty field means not there.
type Destinations struct {
	LogGroup       string `json:"logGroup,omitempty"`
	DeliveryStream string `json:"deliveryStream,omitempty"` // of Firehose
	Bucket         string `json:"bucket,omitempty"`         // of S3
}

// document is a policy as it is written.
type document struct {
	Name          *string
	Description   *string
	Version       *string
	Configuration *struct {
		CustomDataIdentifier []struct{ Name, Regex string }
	}
	Statement []statement
}

type statement struct {
	Sid            *string
	DataIdentifier []string
	Operation      *struct {
		Audit *struct {
			FindingsDestination *struct {
				CloudWatchLogs *struct{ LogGroup string }
				Firehose       *struct{ DeliveryStream string }
				S3             *struct{ Bucket string }
			}
		}
		Deidentify *struct {
			MaskConfig *struct{}
		}
	}
}

// ParsePolicy reads a policy: two statements, one that audits and one that masks, about the same identifiers. Every mistake is an
// error, also a member that no policy has, and an identifier that cannot be found.
func ParsePolicy(text string) (*Policy, error) {
	if n := utf8.RuneCountInString(text); n > MaxPolicy {
		return nil, fmt.Errorf("the document has %d characters, want at most %d", n, MaxPolicy)
	}
	var doc document
	if err := strictjson.Decode(text, &doc); err != nil {
		return nil, fmt.Errorf("it is not valid: %w", err)
	}
	if doc.Version != nil && *doc.Version != policyVersion {
		return nil, fmt.Errorf("Version is %q, want %q", *doc.Version, policyVersion)
	}
	p := &Policy{}
	if doc.Name != nil {
		p.Name = *doc.Name
	}
	custom, err := doc.custom()
	if err != nil {
		return nil, err
	}
	return p, p.read(doc.Statement, custom)
}

// customName is what a custom identifier may be called, customRegex what its regular expression may have in it.
var (
	customName  = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)
	customRegex = regexp.MustCompile(`^[a-zA-Z0-9_#=@/;,\- ^$?\[\]{}|\\*+.]+$`)
)

// custom returns the custom identifiers of a document by name.
func (doc *document) custom() (map[string]Custom, error) {
	all := map[string]Custom{}
	if doc.Configuration == nil {
		return all, nil
	}
	if n := len(doc.Configuration.CustomDataIdentifier); n > maxCustom {
		return nil, fmt.Errorf("Configuration has %d custom data identifiers, want at most %d", n, maxCustom)
	}
	for _, c := range doc.Configuration.CustomDataIdentifier {
		if _, twice := all[c.Name]; twice {
			return nil, fmt.Errorf("the custom data identifier %q is there twice", c.Name)
		}
		if err := checkCustom(c.Name, c.Regex); err != nil {
			return nil, err
		}
		all[c.Name] = Custom{c.Name, c.Regex}
	}
	return all, nil
}

func checkCustom(name, expr string) error {
	switch {
	case !customName.MatchString(name) || len(name) > maxCustomName:
		return fmt.Errorf("the name of a custom data identifier is %q, want 1 to %d letters, digits, _ or -", name, maxCustomName)
	case managed(name) != nil || slices.Contains(Learned, name):
		return fmt.Errorf("the custom data identifier %q has the name of a managed one", name)
	case !customRegex.MatchString(expr) || len(expr) > maxRegex:
		return fmt.Errorf("the Regex of %q must have 1 to %d characters, letters, digits, and _#=@/;,- ^$?[]{}|\\*+. and blanks", name, maxRegex)
	}
	if _, err := regexp.Compile(expr); err != nil {
		return fmt.Errorf("the Regex of %q: %s", name, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return nil
}

// read takes what the statements say.
func (p *Policy) read(statements []statement, custom map[string]Custom) error {
	if len(statements) != 2 {
		return fmt.Errorf("Statement has %d elements, want two: one with Audit, one with Deidentify", len(statements))
	}
	var audit, mask []string
	for _, s := range statements {
		switch op := s.Operation; {
		case op == nil || (op.Audit == nil) == (op.Deidentify == nil):
			return errors.New("the Operation of a statement must be either Audit or Deidentify")
		case op.Deidentify != nil:
			if op.Deidentify.MaskConfig == nil {
				return errors.New("Deidentify must have an empty MaskConfig")
			}
			mask = s.DataIdentifier
		case op.Audit.FindingsDestination == nil:
			return errors.New("Audit must have a FindingsDestination; it may be empty")
		default:
			audit = s.DataIdentifier
			if to := op.Audit.FindingsDestination; to.CloudWatchLogs != nil {
				p.To.LogGroup = to.CloudWatchLogs.LogGroup
			}
			if to := op.Audit.FindingsDestination; to.Firehose != nil {
				p.To.DeliveryStream = to.Firehose.DeliveryStream
			}
			if to := op.Audit.FindingsDestination; to.S3 != nil {
				p.To.Bucket = to.S3.Bucket
			}
		}
	}
	if len(audit) == 0 || len(mask) == 0 {
		return errors.New("Statement must have one with Audit and one with Deidentify, each with at least one DataIdentifier")
	}
	if !slices.Equal(slices.Sorted(slices.Values(audit)), slices.Sorted(slices.Values(mask))) { // [R] in any order
		return errors.New("the DataIdentifier of Audit and of Deidentify must be the same")
	}
	return p.identify(audit, custom)
}

// identifierARN begins the ARNs of managed identifiers, whatever AWS's partition is.
var identifierARN = regexp.MustCompile(`^arn:aws[a-z-]*:dataprotection::aws:data-identifier/`)

// identify takes the identifiers of a statement.
func (p *Policy) identify(names []string, custom map[string]Custom) error {
	for _, name := range names {
		short := identifierARN.ReplaceAllString(name, "")
		switch c, ok := custom[name]; {
		case ok && slices.Contains(p.Rules.Custom, c), short != name && slices.Contains(p.Rules.Managed, short):
			return fmt.Errorf("the data identifier %q is there twice", name)
		case ok:
			p.Rules.Custom = append(p.Rules.Custom, c)
		case short == name:
			return fmt.Errorf("the data identifier %q is neither the ARN of a managed one nor in Configuration", name)
		case slices.Contains(Learned, short):
			return fmt.Errorf("the managed data identifier %q is not supported by this server: it can only be found by machine learning", short)
		case managed(short) == nil:
			return fmt.Errorf("there is no managed data identifier %q%s", short, hint(short))
		default:
			p.Rules.Managed = append(p.Rules.Managed, short)
		}
	}
	return nil
}

// hint says which countries there are of an identifier that needs one.
func hint(name string) string {
	var countries []string
	for _, known := range Managed() {
		if rest, ok := strings.CutPrefix(known, strings.SplitN(name, "-", 2)[0]+"-"); ok {
			countries = append(countries, rest)
		}
	}
	if len(countries) == 0 {
		return ""
	}
	return "; add one of -" + strings.Join(countries, ", -")
}
