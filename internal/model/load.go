package model

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

//go:embed facts/*.json.gz
var facts embed.FS

// newer holds, by service, what the SDK we build with knows and the facts do not yet: read off the SDK's types and
// snapshots, without constraints. An entry goes when the facts have it.
//
//go:embed facts/newer.json
var newer []byte

// loaders parse each embedded service once, at its first use.
var loaders = func() map[string]func() (*Service, error) {
	m := map[string]func() (*Service, error){}
	for _, id := range IDs() {
		m[id] = sync.OnceValues(func() (*Service, error) { return load(id) })
	}
	return m
}()

// IDs returns the names that Load knows, in order.
func IDs() []string {
	entries, err := facts.ReadDir("facts")
	if err != nil {
		panic("BUG: embedded facts: " + err.Error())
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, strings.TrimSuffix(e.Name(), ".json.gz"))
	}
	slices.Sort(ids)
	return ids
}

// Load returns the service with that ID, "cloudwatch-logs", or with the name of its package in the AWS SDK for Go,
// "cloudwatchlogs". Every call returns the same one.
func Load(service string) (*Service, error) {
	for id, f := range loaders {
		if id == service || strings.ReplaceAll(id, "-", "") == service {
			return f()
		}
	}
	return nil, fmt.Errorf("load model %q: no such service, want one of %s", service, strings.Join(IDs(), ", "))
}

func load(id string) (*Service, error) {
	packed, err := facts.ReadFile("facts/" + id + ".json.gz")
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var additions map[string]json.RawMessage
	if err := json.Unmarshal(newer, &additions); err != nil {
		return nil, fmt.Errorf("additions to models: %w", err)
	}
	return parse(text, additions[id])
}
