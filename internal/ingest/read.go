package ingest

import (
	"bytes"
	"errors"
	"math"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/otlp"
)

// readOTLP reads a request of OpenTelemetry's.
func readOTLP(b *batch, mediaType string, body []byte) error {
	read := otlp.FromJSON
	if encodingOf(mediaType) == otlp.Binary {
		read = otlp.Protobuf
	}
	records, err := read(body, maxEvents)
	if errors.Is(err, otlp.ErrMany) {
		return tooLarge("The request has more than %d log records.", maxEvents)
	}
	if err != nil {
		return invalid("The request is not OTLP: %s.", err.Error())
	}
	for _, r := range records {
		e := event{time: r.Time, record: r}
		if e.time == 0 {
			e.time = b.now // AWS's is not documented [R]
		}
		if err := b.add(e); err != nil {
			return err
		}
	}
	return nil
}

// readCollector reads objects in the form of Splunk's collector, alone, in an array, or one after the other. An object without
// an "event" is skipped, and so is what is no object.
func readCollector(b *batch, _ string, body []byte) error {
	return values(body, func(value []byte, kind jsonscan.Kind) error {
		return b.each(value, kind, func(element []byte, kind jsonscan.Kind) error {
			if kind != jsonscan.Object {
				b.skipped.none++
				return nil
			}
			content, when := members(element, "event", "time")
			if content == nil {
				b.skipped.none++
				return nil
			}
			return b.add(event{time: b.seconds(when), text: collectorText(element)})
		})
	})
}

// collectorText returns the message of an object in the form of Splunk's collector: the object as it was sent. AWS does not
// document whether it keeps that or the "event" alone [R]; this loses nothing of host, source and fields.
func collectorText(object []byte) []byte { return object }

// readObjects reads one object, or an array of them. What is no object is skipped, and so is what stands behind the first
// value, as AWS documents it.
func readObjects(b *batch, _ string, body []byte) error {
	value, after, err := next(body, 0)
	if err != nil {
		return err
	}
	b.skipped.behind += count(body, after)
	return b.each(value, jsonscan.KindOf(value[0]), func(element []byte, kind jsonscan.Kind) error {
		if kind != jsonscan.Object {
			b.skipped.none++
			return nil
		}
		return b.addValue(element, kind)
	})
}

// count returns how many values body has from i on, where one begins. What is malformed counts as one, to the end.
func count(body []byte, i int) (n int) {
	for ; i < len(body); n++ {
		_, after, err := next(body, i)
		if err != nil {
			return n + 1
		}
		i = after
	}
	return n
}

// readLines reads lines of one value each. An array stands for its elements; a line that is no JSON is skipped, an empty one does
// not count.
func readLines(b *batch, _ string, body []byte) error {
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		line = jsonscan.Trim(line)
		switch {
		case len(line) == 0:
			continue
		case !jsonscan.Valid(line):
			b.skipped.none++
			continue
		}
		if err := b.each(line, jsonscan.KindOf(line[0]), b.addValue); err != nil {
			return err
		}
	}
	return nil
}

// next returns the value of body at i or behind the blanks there, and where the one after it begins, which may be the end.
func next(body []byte, i int) (value []byte, after int, err error) {
	i = jsonscan.Space(body, i)
	if i == len(body) {
		return nil, i, invalid("The request body is empty.")
	}
	end, ok := jsonscan.Check(body, i)
	if !ok {
		return nil, end, invalid("The request body is not JSON: it went wrong at byte %d.", end)
	}
	return body[i:end], jsonscan.Space(body, end), nil
}

// values hands the values of body to use. It stores nothing of a body that is malformed: use only collects.
func values(body []byte, use func(value []byte, kind jsonscan.Kind) error) error {
	for i := 0; i == 0 || i < len(body); {
		value, after, err := next(body, i)
		if err != nil {
			return err
		}
		if err := use(value, jsonscan.KindOf(value[0])); err != nil {
			return err
		}
		i = after
	}
	return nil
}

// each hands the elements of an array to use, or what is no array itself.
func (b *batch) each(value []byte, kind jsonscan.Kind, use func(element []byte, kind jsonscan.Kind) error) error {
	if kind != jsonscan.Array {
		return use(value, kind)
	}
	for it := jsonscan.Members(value, 0); it.Next(); {
		if err := use(it.Value, it.Kind); err != nil {
			return err
		}
	}
	return nil
}

// addValue adds a value as an event: its text as it was sent, or what a string says.
func (b *batch) addValue(value []byte, kind jsonscan.Kind) error {
	switch kind {
	case jsonscan.Object:
		_, when := members(value, "", "timestamp")
		return b.add(event{time: b.milliseconds(when), text: value})
	case jsonscan.String:
		text, _ := jsonscan.Unquote([]byte{}, value[1:len(value)-1]) // AWS documents no form; the quotes say nothing [R]
		value = text
	}
	return b.add(event{time: b.now, text: value})
}

// members returns the values of two members of an object, nil for one that is missing; of several of a name, the last.
func members(object []byte, first, second string) (one, two []byte) {
	for it := jsonscan.Members(object, 0); it.Next(); {
		key := it.Key
		if it.KeyEscaped {
			key, _ = jsonscan.Unquote(nil, key)
		}
		switch string(key) {
		case first:
			one = it.Value
		case second:
			two = it.Value
		}
	}
	return one, two
}

// milliseconds returns a time that is a number of milliseconds since 1970, else now. AWS takes now for what is no number; that
// times before 1970 are none is ours [R].
func (b *batch) milliseconds(raw []byte) int64 {
	if f, ok := jsonscan.ParseFloat(raw); ok && f >= 0 && f < math.MaxInt64 {
		if n, whole := jsonscan.ParseInt(raw); whole {
			return n
		}
		return int64(f)
	}
	return b.now
}

// seconds returns a time that is a number of seconds since 1970, maybe in quotes, else now.
func (b *batch) seconds(raw []byte) int64 {
	if len(raw) > 0 && raw[0] == '"' {
		raw = raw[1 : len(raw)-1]
	}
	const inSecond = 1000
	if f, ok := jsonscan.ParseFloat(raw); ok && f >= 0 && f*inSecond < math.MaxInt64 {
		return int64(math.Round(f * inSecond))
	}
	return b.now
}
