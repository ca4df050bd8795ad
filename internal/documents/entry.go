package documents

import (
	"encoding/json"
	"fmt"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// Decode reads the value of an entry. An error is Internal.
func Decode[T any](e catalog.Entry) (doc T, err error) {
	if err := json.Unmarshal(e.Value, &doc); err != nil {
		return doc, fault.Internal(fmt.Errorf("read %s: %w", e.Key, err))
	}
	return doc, nil
}

// Encode returns the entry of a key whose value Decode reads. An error is Internal, or a Limit for more than the catalog can hold.
func Encode(key catalog.Key, doc any) (catalog.Entry, error) {
	value, err := json.Marshal(doc)
	if err != nil {
		return catalog.Entry{}, fault.Internal(fmt.Errorf("write %s: %w", key, err))
	}
	if n := len(value); n > catalog.MaxValue {
		return catalog.Entry{}, fault.New(fault.Limit, "LimitExceededException", "The resource takes %d bytes, which exceeds the maximum of %d.", n, catalog.MaxValue)
	}
	return catalog.Entry{Key: key, Value: value}, nil
}
