package wiretest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// Fill sets v, of f.Plan.Type, to what a case's params say: timestamps in seconds, blobs as their text, numbers that
// JSON lacks by name. Members with defaults have them.
func Fill(t *testing.T, f *wire.Field, v reflect.Value, params json.RawMessage) {
	t.Helper()
	p := f.Plan
	switch p.Kind {
	case wire.Struct:
		fillStructure(t, p, v, params)
	case wire.Union:
		for name, value := range object(t, params) {
			m := p.Field([]byte(name))
			u := reflect.New(m.Variant())
			Fill(t, m, u.Elem().Field(0), value)
			v.Set(u)
		}
	case wire.List:
		var elems []json.RawMessage
		unmarshal(t, params, &elems)
		v.Set(reflect.MakeSlice(p.Type, len(elems), len(elems)))
		for i, e := range elems {
			fillPlace(t, p.Elem, v.Index(i), e)
		}
	case wire.Map:
		v.Set(reflect.MakeMap(p.Type))
		for key, value := range object(t, params) {
			e := reflect.New(p.Type.Elem()).Elem()
			fillPlace(t, p.Elem, e, value)
			v.SetMapIndex(reflect.ValueOf(key), e)
		}
	default:
		fillScalar(t, p, v, params)
	}
}

// fillPlace fills a place that may be a pointer; null leaves it empty.
func fillPlace(t *testing.T, f *wire.Field, v reflect.Value, params json.RawMessage) {
	t.Helper()
	if string(params) == "null" && f.Plan.Kind != wire.Document {
		return
	}
	if f.Pointer {
		v.Set(reflect.New(f.Plan.Type))
		v = v.Elem()
	}
	Fill(t, f, v, params)
}

func fillStructure(t *testing.T, p *wire.Plan, v reflect.Value, params json.RawMessage) {
	t.Helper()
	members := object(t, params)
	for i := range p.Fields {
		f := &p.Fields[i]
		value, ok := members[f.Member.Name]
		if !ok && f.Member.Default != "" && !f.Member.ClientOptional && !f.Pointer {
			value, ok = json.RawMessage(f.Member.Default), true
		}
		if ok {
			fillPlace(t, f, f.Get(v), value)
		}
		delete(members, f.Member.Name)
	}
	for name := range members {
		t.Errorf("params: no field for member %s of %s", name, p.Shape.Name)
	}
}

func fillScalar(t *testing.T, p *wire.Plan, v reflect.Value, params json.RawMessage) {
	t.Helper()
	switch p.Kind {
	case wire.Blob:
		var text string
		unmarshal(t, params, &text)
		v.SetBytes([]byte(text))
	case wire.Float:
		v.SetFloat(float(t, params))
	case wire.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(float(t, params) * 1000))).UTC()))
	case wire.Document:
		v.SetBytes(bytes.Clone(params))
	default:
		unmarshal(t, params, v.Addr().Interface())
	}
}

func float(t *testing.T, params json.RawMessage) float64 {
	t.Helper()
	switch string(params) {
	case `"NaN"`:
		return math.NaN()
	case `"Infinity"`:
		return math.Inf(1)
	case `"-Infinity"`:
		return math.Inf(-1)
	}
	var f float64
	unmarshal(t, params, &f)
	return f
}

func object(t *testing.T, params json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	m := map[string]json.RawMessage{}
	if len(params) > 0 {
		unmarshal(t, params, &m)
	}
	return m
}

func unmarshal(t *testing.T, text []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatalf("params %s: %v", text, err)
	}
}

// RawText and Base64 unpack a case's body.
func RawText(t *testing.T, c *Case) []byte { return c.Text() }

// Base64 unpacks the body of a protocol that is not text.
func Base64(t *testing.T, c *Case) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(string(c.Text()))
	if err != nil {
		t.Fatalf("case %s: body: %v", c.ID, err)
	}
	return b
}
