package eventlog

import (
	"io"
	"log/slog"
	"time"
)

// Options tune a [Logger]. The zero value is right for production: it writes to standard output and takes level and
// service from the environment, as Powertools for AWS Lambda does.
type Options struct {
	// Writer gets one Write for each event. Nil means os.Stdout. Calls are serialised unless it is an *os.File,
	// which serialises them itself. It must not log through this logger, which would wait for itself.
	Writer io.Writer

	// Level is the lowest level that is written. Nil means the environment's: POWERTOOLS_LOG_LEVEL, else LOG_LEVEL, else
	// info. AWS_LAMBDA_LOG_LEVEL wins over all of them, since Lambda drops what is below it; who asks for less is told by
	// OnProblem ([LevelRaised]). A *slog.LevelVar is followed, any other Leveler is asked once.
	Level slog.Leveler

	// Service names the program. "" means POWERTOOLS_SERVICE_NAME, else AWS_LAMBDA_FUNCTION_NAME.
	Service string
	// Env names where it runs. "" means ENV, else ENVIRONMENT.
	Env string
	// Version names what runs. "" means the main module's version or its commit, from the build.
	Version string

	// NoCaller leaves out fn and pkg, the function and package of the call. Events that the module's own packages write
	// (of requests, messages, invocations, slow queries, metrics) have neither in any case. A literal in a plain function
	// that the compiler inlines goes by both: "caller.helper", with -gcflags=-l "helper".
	NoCaller bool

	// Keys rename the head's fields. The zero value keeps time, level, tag, msg.
	Keys Keys
	// Order lists keys that are written first, in this order, of the head's and the logger's fields.
	Order []string

	// Redact names keys whose values are written as "[redacted]", whatever their case. A name also stands for any part
	// of a dotted key, so for groups and what is in them, and for members inside objects other than _aws. It
	// takes some 10 ns a field.
	Redact []string

	// MaxBytes is the size of the largest event, with its line end; 0 means 256 KiB, what CloudWatch Logs took for
	// many years and most shippers still take, and less than 512 means 512. The largest fields of a larger event are
	// left out whole, which truncated and truncated_keys tell; time and level stay, the first 128 bytes of the tag, and
	// metrics (_aws and the members it names) that have room beside them.
	MaxBytes int

	// DebugSampleRate is the share of units of work, 0 to 1, that are written at level debug. 0 means
	// POWERTOOLS_LOGGER_SAMPLE_RATE.
	DebugSampleRate float64
	// Random gives numbers from 0 up to 1 that decide which units these are; it is called by several goroutines at
	// once. Nil means math/rand.
	Random func() float64

	// Buffer keeps the low events of a unit of work until it fails. The zero value keeps none.
	Buffer Buffer

	// SlowWrite is how long a Write may take before it is reported. 0 means a second. A clock of its own that
	// ticks eight times in this time, at most once a millisecond, says so: a Write may count as up to a tick longer.
	SlowWrite time.Duration

	// OnProblem is told what went wrong: failed, short and slow writes, evicted and late fields. It runs in the goroutine
	// of the event, never twice at once, must return soon, may log, and may panic, which goes no further. What goes wrong while it
	// runs is not told, only counted. Nil means nobody is told; [Logger.Stats] counts in any case.
	OnProblem func(Problem)

	// Now tells the time. Nil means time.Now.
	Now func() time.Time
	// Getenv reads the environment. Nil means os.Getenv.
	Getenv func(string) string
}

// Buffer says which events of a unit of work wait for its end (see [Begin]): they are written if it fails and
// dropped if it does not.
type Buffer struct {
	// Level: events of this level and below wait, even those below the logger's level. Nil means that none wait.
	Level slog.Leveler
	// MaxBytes bounds what one unit keeps; the oldest events go first. 0 means 20,480, as in Powertools.
	MaxBytes int
}

// Keys are the names of the head's fields; "" keeps the usual name, and so does a name that another field of the head
// has, or fn, pkg, truncated and truncated_keys, which OnProblem is told ([KeyTaken]).
type Keys struct {
	Time  string // "" means "time"
	Level string // "" means "level"
	Tag   string // "" means "tag"
	Msg   string // "" means "msg"
	// UpperLevel writes DEBUG, INFO, WARN, ERROR.
	UpperLevel bool
}

// Names of the head's fields as others expect them.
var (
	// PowertoolsKeys are those of Powertools for AWS Lambda.
	PowertoolsKeys = Keys{Time: "timestamp", Msg: "message", UpperLevel: true}
	// LambdaKeys are those that AWS Lambda's own JSON format reads level and time from.
	LambdaKeys = Keys{Time: "timestamp", Msg: "message", UpperLevel: true}
)

// A Problem is something that went wrong while events were written.
type Problem struct {
	Kind ProblemKind
	Err  error         // what the writer said, or nil
	Took time.Duration // of a slow write
	Key  string        // of a late or dropped field, or taken
}

// ProblemKind says what went wrong.
type ProblemKind string

// What can go wrong.
const (
	WriteFailed   ProblemKind = "write_failed"   // the writer returned an error or wrote less: the event is lost
	WriteSlow     ProblemKind = "write_slow"     // a Write took longer than Options.SlowWrite
	BufferEvicted ProblemKind = "buffer_evicted" // a unit's buffer was full: its oldest events are lost
	FieldLate     ProblemKind = "field_late"     // a field came after its unit's end
	FieldDropped  ProblemKind = "field_dropped"  // a unit had no room for a field: see Unit.Set
	LevelRaised   ProblemKind = "level_raised"   // the level asked for is below what Lambda drops: see Options.Level
	KeyTaken      ProblemKind = "key_taken"      // Options.Keys gives a name that the head has already: the usual one stays
	EndedTwice    ProblemKind = "ended_twice"    // a unit or call had ended before; Key is the name of its event
)

// Stats count what a logger and its children did.
type Stats struct {
	Written       uint64 // events
	WriteErrors   uint64 // events that are lost because of the writer
	SlowWrites    uint64
	Truncated     uint64 // events that were cut to Options.MaxBytes
	DuplicateKeys uint64 // fields left out because their key was there already
	Evicted       uint64 // buffered events that made room for newer ones
	LateFields    uint64 // fields set after their unit's end
	DroppedFields uint64 // fields that a unit had no room for
	EndedTwice    uint64 // ends of units and calls that had ended before
}
