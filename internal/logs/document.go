package logs

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// decoded reads an entry's value as JSON.
func decoded[T any](e catalog.Entry) (T, error) {
	var doc T
	if err := json.Unmarshal(e.Value, &doc); err != nil {
		return doc, fault.Internal(fmt.Errorf("read %s: %w", e.Key, err))
	}
	return doc, nil
}

// encoded returns the entry whose value is doc as JSON.
func encoded(key catalog.Key, doc any) (catalog.Entry, error) {
	value, err := json.Marshal(doc)
	if err != nil {
		return catalog.Entry{}, fault.Internal(fmt.Errorf("write %s: %w", key, err))
	}
	return catalog.Entry{Key: key, Value: value}, nil
}

// document reads the document of key; the zero T and catalog.Absent if there is none.
func document[T any](ctx context.Context, s *Service, key catalog.Key) (doc T, version catalog.Version, err error) {
	e, err := s.catalog.Get(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return doc, catalog.Absent, nil
	}
	if err != nil {
		return doc, catalog.Absent, internal("read settings", err)
	}
	doc, err = decoded[T](e)
	return doc, e.Version, err
}

// changeDocument lets change alter the document of key, and writes it. exists is false for a new one. change may be called
// several times.
func changeDocument[T any](ctx context.Context, s *Service, key catalog.Key, change func(doc *T, exists bool) error) error {
	for range conflictTries {
		doc, version, err := document[T](ctx, s, key)
		if err != nil {
			return err
		}
		if err := change(&doc, version != catalog.Absent); err != nil {
			return err
		}
		e, err := encoded(key, doc)
		if err != nil {
			return err
		}
		_, err = s.catalog.Write(ctx, catalog.Put(e, version))
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Exists) {
			return wrapped("change settings", err)
		}
	}
	return aborted()
}

// deleteDocument deletes the document of key, or fails with missing if there is none.
func (s *Service) deleteDocument(ctx context.Context, key catalog.Key, missing error) error {
	_, err := s.catalog.Write(ctx, catalog.Delete(key, catalog.Present))
	if fault.Is(err, fault.NotFound) {
		return missing
	}
	return wrapped("delete settings", err)
}

// checkRoom refuses one more entry of scope if there are limit of them. Who calls it holds s.making until the entry is made.
func (s *Service) checkRoom(ctx context.Context, scope catalog.Scope, limit int) error {
	n, err := s.catalog.Count(ctx, catalog.Query{Scope: scope, Limit: limit})
	if err != nil {
		return internal("count settings", err)
	}
	if n >= limit {
		return limitExceeded()
	}
	return nil
}
