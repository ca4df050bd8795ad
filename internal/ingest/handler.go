package ingest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A handler answers at one path.
type handler struct {
	form *form
	o    Options
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	media := mediaType(r)
	result, err := h.take(r, media)
	header := w.Header()
	header.Set("Content-Type", h.form.answerAs(media))
	if err == nil {
		result.tell(func(reason Reason, n int) { h.o.Skipped(h.form.path, reason, n) })
		send(w, http.StatusOK, h.form.answer(media, result))
		return
	}
	f := failureOf(err)
	header.Set("X-Amzn-Errortype", f.code)
	switch f.status {
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "1")
	case http.StatusMethodNotAllowed:
		header.Set("Allow", http.MethodPost)
	}
	send(w, f.status, h.form.failure(media, f))
}

// send sends a whole answer. Its error is the sender's loss.
func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// take reads a request's events and stores them.
func (h *handler) take(r *http.Request, media string) (*refused, error) {
	if r.Method != http.MethodPost {
		return nil, failure{http.StatusMethodNotAllowed, "MethodNotAllowedException", "Only POST sends events."}
	}
	if !slices.Contains(h.form.types, media) {
		return nil, invalid("Content-Type %.100q is not supported here, only %s.", r.Header.Get("Content-Type"), strings.Join(h.form.types, " and "))
	}
	to, err := h.place(r)
	if err != nil {
		return nil, err
	}
	if err := h.o.Logs.CheckBearer(r.Context(), to.group); err != nil {
		return nil, err
	}
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	b := &batch{now: h.o.Now().UnixMilli()}
	if err := h.form.read(b, media, body); err != nil {
		return nil, err
	}
	return b.put(r.Context(), h.o.Logs, to)
}

// bodyOf reads the body.
func bodyOf(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(min(r.ContentLength, MaxBody)) + bytes.MinRead) // which Read wants to see the end
	}
	if _, err := b.ReadFrom(io.LimitReader(r.Body, MaxBody+1)); err != nil {
		return nil, invalid("The request body could not be read.")
	}
	if b.Len() > MaxBody {
		return nil, tooLarge("The request body is larger than %d bytes.", MaxBody)
	}
	return b.Bytes(), nil
}

// A place is where events go.
type place struct{ group, stream string }

// place returns where r's events go. Each of the two is named by a header or in the query, not by both.
func (h *handler) place(r *http.Request) (to place, err error) {
	query := r.URL.Query()
	for _, name := range []struct {
		header, query string
		value         *string
	}{{"X-Aws-Log-Group", "logGroup", &to.group}, {"X-Aws-Log-Stream", "logStream", &to.stream}} {
		*name.value = r.Header.Get(name.header)
		if inQuery := query.Get(name.query); h.form.inQuery && inQuery != "" {
			if *name.value != "" {
				return to, invalid("%s is named by both the header %s and the query, which only one of them may.", name.query, strings.ToLower(name.header))
			}
			*name.value = inQuery
		}
		if *name.value == "" {
			return to, invalid("%s is required: the header %s is missing.", name.query, strings.ToLower(name.header))
		}
	}
	return to, nil
}
