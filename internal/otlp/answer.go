package otlp

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// An Encoding is how requests and answers are written.
type Encoding uint8

// The encodings of OTLP over HTTP.
const (
	JSON Encoding = iota
	Binary
)

// MediaType returns the Content-Type of e.
func (e Encoding) MediaType() string {
	if e == Binary {
		return "application/x-protobuf"
	}
	return "application/json"
}

// Answer returns an ExportLogsServiceResponse: of how many records were refused, and why. None were if that is 0 and "".
func (e Encoding) Answer(refused int64, why string) []byte {
	switch {
	case e == JSON && refused == 0 && why == "":
		return []byte("{}")
	case e == JSON:
		b := strconv.AppendInt([]byte(`{"partialSuccess":{"rejectedLogRecords":`), refused, 10)
		b = jsonscan.AppendString(append(b, `,"errorMessage":`...), why)
		return append(b, `}}`...)
	case refused == 0 && why == "":
		return nil
	}
	var part []byte
	part = protowire.AppendTag(part, 1, protowire.VarintType)
	part = protowire.AppendVarint(part, uint64(refused))
	part = protowire.AppendTag(part, 2, protowire.BytesType)
	part = protowire.AppendString(part, why)
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), part)
}

// Failure returns the Status that OTLP answers an error with: a code of gRPC's and a text.
func (e Encoding) Failure(code int, text string) []byte {
	if e == JSON {
		b := strconv.AppendInt([]byte(`{"code":`), int64(code), 10)
		b = jsonscan.AppendString(append(b, `,"message":`...), text)
		return append(b, '}')
	}
	var b []byte
	b = protowire.AppendTag(b, 1, protowire.VarintType)
	b = protowire.AppendVarint(b, uint64(code))
	b = protowire.AppendTag(b, 2, protowire.BytesType)
	return protowire.AppendString(b, text)
}
