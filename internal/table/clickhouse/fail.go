package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// maxMessage is how much of an error's text is read.
const maxMessage = 16 << 10

// An exception is what the server says when it does not do a statement.
type exception struct {
	code   int // 0 if it gave none
	status int // of HTTP; 0 in the middle of an answer
	text   string
}

func (e *exception) Error() string {
	return fmt.Sprintf("clickhouse: code %d, status %d: %.500s", e.code, e.status, e.text)
}

// As makes an exception a *fault.Error for those who ask for one.
func (e *exception) As(target any) bool {
	f, ok := target.(**fault.Error)
	if ok {
		*f = &fault.Error{Kind: e.kind(), Code: codes[e.kind()], Message: texts[e.kind()], Err: errors.New(e.Error())}
	}
	return ok
}

// What the sender of a request is told.
var (
	codes = map[fault.Kind]string{fault.Unavailable: "ServiceUnavailableException", fault.InternalFailure: "InternalFailure"}
	texts = map[fault.Kind]string{
		fault.Unavailable:     "The service cannot complete the request right now.",
		fault.InternalFailure: "The service failed.",
	}
)

// passing are the codes of exceptions after which the same statement may succeed later: too slow 159, 160, 209; too many
// queries 202; no connection or shard 210, 279; no memory 173, 241; read-only 164, 242, 774; no disk space 243; too many
// parts 252; no quorum 285, 289, 319; no Keeper 225, 999; canceled 236, 394; overloaded 745.
var passing = []int{159, 160, 164, 173, 202, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 289, 319, 394, 745, 774, 999}

// kind tells what an exception means. What is not known is ours: schema, rights, a bug.
func (e *exception) kind() fault.Kind {
	if slices.Contains(passing, e.code) || e.code == 0 && e.status >= 500 {
		return fault.Unavailable
	}
	return fault.InternalFailure
}

var codeInText = regexp.MustCompile(`Code: (\d+)`)

// exceptionIn returns the exception at the end of an answer that had begun well.
func exceptionIn(text string) error {
	e := &exception{text: text}
	if m := codeInText.FindStringSubmatch(text); m != nil {
		e.code, _ = strconv.Atoi(m[1])
	}
	return e
}

// unavailable returns the error of a conversation that broke: the context's if that has ended.
func unavailable(ctx context.Context, err error) error {
	var e *exception
	if errors.As(err, &e) {
		return err
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("ask clickhouse: %w", cause)
	}
	f := fault.New(fault.Unavailable, codes[fault.Unavailable], "%s", texts[fault.Unavailable])
	f.Err = err
	return f
}

// undone tells whether an insert that ended with err was surely not done: the server said no, or was not reached.
func undone(err error) bool {
	var e *exception
	if errors.As(err, &e) {
		return e.status != 0
	}
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial" && !errors.Is(err, io.ErrUnexpectedEOF)
}
