// Package program checks what no single package shows: that a tag has one call site, a key one type and
// a meaning one name in a whole program. It leaves to package analyzers what one package shows.
package program

// A check is what a team reads about one of this package's checks.
type check struct {
	name string
	doc  string // first line: the rule; then why, and code before and after
}

// checks are all checks of this package, gravest first.
var checks = []check{
	{TagUnique, `a tag is written at one place of a program

A tag names what happened. Written at two places it counts two things as one, and a reader of the event
cannot tell which code it came from. Where both places mean the same, let both call one function that
writes the event. The message names the other place.

Instead of

	eventlog.Info(ctx, "label_removed") // when a user deletes it
	eventlog.Info(ctx, "label_removed") // when it expires

write

	eventlog.Info(ctx, "label_deleted")
	eventlog.Info(ctx, "label_expired")`},

	{KeyType, `a key has one type in a program

Queries compare, sort and sum a key as one type: where user_id is a number in one event and a string in
another, each query misses one of them. Whole numbers and floats are one type, and so are texts and errors;
a duration is not a number, since its unit is another, and a time is not a text.

Instead of

	eventlog.Info(ctx, "user_created", slog.Int("user_id", id))
	eventlog.Info(ctx, "user_deleted", slog.String("user_id", strconv.Itoa(id)))

write

	eventlog.Info(ctx, "user_created", slog.Int("user_id", id))
	eventlog.Info(ctx, "user_deleted", slog.Int("user_id", id))`},

	{KeyAlias, `a meaning has one name in a program

Where one event says email and another email_to, no query finds both. Names are taken for one meaning when
the dictionary says so (keys.alias); when their words are the same but for order or ending, and their types
agree (order and order_id, latency_ms and latency_s); and when they differ by a slip of the hand (address and
adress). Names that one event has side by side mean two things, and so do two names that are both agreed
on in the dictionary, be it with an empty list.

Instead of

	eventlog.Info(ctx, "user_created", slog.String("email", address))
	eventlog.Info(ctx, "mail_sent", slog.String("email_to", address))

write

	eventlog.Info(ctx, "user_created", slog.String("email", address))
	eventlog.Info(ctx, "mail_sent", slog.String("email", address))`},
}
