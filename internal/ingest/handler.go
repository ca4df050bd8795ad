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
	if err != nil {
		h.form.fail(w, media, failureOf(err))
		return
	}
	result.tell(func(reason Reason, n int) { h.o.Skipped(h.form.path, reason, n) })
	h.form.send(w, media, http.StatusOK, h.form.answer(media, result))
}

// refuse is an Endpoint's Refuse.
func (f *form) refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	f.fail(w, mediaType(r), failure{status, code, message})
}

// fail answers with a failure.
func (f *form) fail(w http.ResponseWriter, media string, why failure) {
	w.Header().Set("X-Amzn-Errortype", why.code)
	switch why.status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	}
	f.send(w, media, why.status, f.failure(media, why))
}

// send sends a whole answer to a body of type media. Its error is the sender's loss.
func (f *form) send(w http.ResponseWriter, media string, status int, body []byte) {
	w.Header().Set("Content-Type", f.answerAs(media))
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
