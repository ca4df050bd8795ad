package eventsql_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventsql"
)

// times finds what differs from run to run.
var times = regexp.MustCompile(`"(time|[a-z]+_ms)":("[^"]*"|[0-9.e+-]+)`)

// stable writes events without what differs from run to run.
type stable struct{ io.Writer }

func (s stable) Write(p []byte) (int, error) {
	_, err := s.Writer.Write(times.ReplaceAll(p, []byte(`"$1":"…"`)))
	return len(p), err
}

// What the database had to do is part of the event of the work it was done for.
func ExampleTime() {
	log := eventlog.New(eventlog.Options{Writer: stable{os.Stdout}, NoCaller: true, Version: "1.2", Getenv: func(string) string { return "" }})
	ctx, unit := eventlog.Begin(log.Into(context.Background()), "label_created", "label_creation_failed")

	err := eventsql.Time(ctx, "user_by_email", func(ctx context.Context) error {
		return nil // db.QueryRowContext(ctx, …).Scan(&id)
	})
	eventsql.AddRows(ctx, 1)
	unit.End(err)
	// Output:
	// {"time":"…","level":"info","tag":"label_created","version":"1.2","duration_ms":"…","outcome":"ok","db_queries":1,"db_ms":"…","db_rows":1}
}

// The functions take the database's own methods.
func ExampleEach() {
	names := func(ctx context.Context, db *sql.DB, city string) (all []string, err error) {
		err = eventsql.Each(ctx, db.QueryContext, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			all = append(all, name)
			return err
		}, `select name from users where city = $1`, city)
		return all, err
	}
	_ = names
}

func ExampleFingerprint() {
	fmt.Println(eventsql.Fingerprint("select id from users where email = 'bob@example.com' and age in (18, 19, 20)"))
	// Output: select id from users where email = ? and age in (?)
}
