package clickhouse

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A server is ClickHouse's HTTP interface.
type server struct {
	client   *http.Client
	endpoint string
	user     string
	password string
}

func newServer(o Options) *server {
	client := o.Client
	if client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 32
		client = &http.Client{Transport: transport}
	}
	return &server{client, strings.TrimSuffix(o.Endpoint, "/"), o.User, o.Password}
}

// A statement is SQL, in which no value stands: those come as parameters, {name:Type}, or as data.
type statement struct {
	sql      string
	params   map[string]string
	settings map[string]string
	streams  []rangeStream // the table "streams", if the statement has one
	body     []byte        // data of an insert
}

// A rangeStream is a row of the table "streams": a stream that a range is restricted to.
type rangeStream struct {
	place  uint32 // of the range
	stream int64
}

// always are the settings of all statements: servers differ in what is their default.
var always = map[string]string{
	"wait_end_of_query":  "0",
	"async_insert":       "0",
	"insert_deduplicate": "1",
	"output_format_native_encode_types_in_binary_format": "0",
	"max_query_size":    "10485760",
	"session_timezone":  "UTC",
	"transform_null_in": "0",
	"join_use_nulls":    "0",
}

// do runs a statement whose answer is nothing.
func (sv *server) do(ctx context.Context, st statement) error {
	body, err := sv.send(ctx, st)
	if err != nil {
		return err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, maxMessage))
	if err != nil {
		return unavailable(ctx, err)
	}
	if strings.Contains(string(text), exceptionMark) {
		return exceptionIn(string(text))
	}
	return nil
}

// rows runs a query whose answer is small.
func (sv *server) rows(ctx context.Context, st statement, columns []receiving) (*block, error) {
	all := &block{}
	err := sv.query(ctx, st, columns, func(b *block) error {
		if all.rows > 0 {
			return errors.New("more than one block")
		}
		all = b
		return nil
	})
	return all, err
}

// query runs a query and calls each with the blocks of its answer, up to an error.
func (sv *server) query(ctx context.Context, st statement, columns []receiving, each func(b *block) error) error {
	st.sql += " FORMAT Native"
	body, err := sv.send(ctx, st)
	if err != nil {
		return err
	}
	defer body.Close()
	for d := newDecoder(body, columns); ; {
		b, err := d.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unavailable(ctx, err)
		}
		if err := each(b); err != nil {
			return err
		}
	}
}

// send sends a statement and returns the answer, unless that is an error.
func (sv *server) send(ctx context.Context, st statement) (io.ReadCloser, error) {
	req, err := sv.request(ctx, st)
	if err != nil {
		return nil, err
	}
	resp, err := sv.client.Do(req)
	if err != nil {
		return nil, unavailable(ctx, err)
	}
	if resp.StatusCode == http.StatusOK && resp.Header.Get("X-ClickHouse-Exception-Code") == "" {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxMessage))
	if err != nil {
		return nil, unavailable(ctx, err)
	}
	code, _ := strconv.Atoi(resp.Header.Get("X-ClickHouse-Exception-Code"))
	return nil, &exception{code: code, status: resp.StatusCode, text: string(text)}
}

// request returns the HTTP request of a statement. Statement and parameters are in its URL, data in its body.
func (sv *server) request(ctx context.Context, st statement) (*http.Request, error) {
	q := url.Values{"query": {st.sql}}
	for _, from := range []map[string]string{always, st.settings} {
		for name, value := range maps.All(from) {
			q.Set(name, value)
		}
	}
	for name, value := range st.params {
		q.Set("param_"+name, value)
	}
	body, contentType := st.body, "application/octet-stream"
	if st.streams != nil {
		q.Set("streams_structure", "place UInt32, stream Int64")
		q.Set("streams_format", "RowBinary")
		body, contentType = streamsForm(st.streams)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, sv.endpoint+"/?"+q.Encode(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", sv.endpoint, err)
	}
	req.Header.Set("Content-Type", contentType)
	if sv.user != "" {
		req.Header.Set("X-ClickHouse-User", sv.user)
		req.Header.Set("X-ClickHouse-Key", sv.password)
	}
	return req, nil
}

// streamsForm returns the table "streams" as the server takes tables that come with a query.
func streamsForm(streams []rangeStream) (body []byte, contentType string) {
	var data []byte
	for _, s := range streams {
		data = binary.LittleEndian.AppendUint32(data, s.place)
		data = binary.LittleEndian.AppendUint64(data, uint64(s.stream))
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, _ := w.CreateFormFile("streams", "streams") // a buffer takes everything
	_, _ = part.Write(data)
	_ = w.Close()
	return form.Bytes(), w.FormDataContentType()
}

// An insert is one block on its way. The same token makes the same block harmless when it is sent again.
type insert struct {
	into    string
	rows    int
	columns []sending
	token   string
	last    int64 // the greatest sequence in it, if it has some
}

// insert sends a block. When it returns without an error the block is on the server's disk.
func (sv *server) insert(ctx context.Context, in insert) error {
	var columns []string
	for _, c := range in.columns {
		columns = append(columns, quote(c.name))
	}
	return sv.do(ctx, statement{
		sql:  fmt.Sprintf("INSERT INTO %s (%s) FORMAT Native", in.into, strings.Join(columns, ", ")),
		body: appendBlock(nil, in.rows, in.columns),
		settings: map[string]string{
			"wait_end_of_query":             "1",
			"insert_deduplication_token":    in.token,
			"min_insert_block_size_rows":    "0", // blocks are neither joined nor, below, cut
			"min_insert_block_size_bytes":   "0",
			"max_insert_block_size":         strconv.Itoa(max(1<<20, in.rows)),
			"input_format_parallel_parsing": "0",
		},
	})
}
