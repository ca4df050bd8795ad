package transform

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// typeConverter changes the types of members. What is no integer, double or boolean stays as it is [R].
func typeConverter(p *types.TypeConverter) (step, error) {
	if err := checkCount("entries", len(p.Entries), maxStrings); err != nil {
		return nil, err
	}
	var paths []path
	for _, e := range p.Entries {
		at, err := pathOf("key", e.Key)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(e.Type.Values(), e.Type) {
			return nil, fmt.Errorf("type is %q, want integer, double, string or boolean", e.Type)
		}
		paths = append(paths, at)
	}
	return func(e *event) error {
		for i, at := range paths {
			v, _ := e.root.find(at)
			if v.isScalar() {
				if c, ok := converted(v.text, p.Entries[i].Type); ok {
					e.root.replace(at, c)
				}
			}
		}
		return nil
	}, nil
}

// converted returns a text as a type.
func converted(s string, to types.Type) (value, bool) {
	s, whole := strings.TrimSpace(s), s
	switch to {
	case types.TypeInteger:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return numberOf(strconv.FormatInt(n, 10)), true
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1<<53 {
			return numberOf(strconv.FormatInt(int64(f), 10)), true
		}
	case types.TypeDouble:
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return numberOf(strconv.FormatFloat(f, 'f', -1, 64)), true
		}
	case types.TypeBoolean:
		switch strings.ToLower(s) {
		case "true":
			return boolOf(true), true
		case "false":
			return boolOf(false), true
		}
	case types.TypeString:
		return textOf(whole), true
	}
	return value{}, false
}
