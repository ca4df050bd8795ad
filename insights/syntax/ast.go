package syntax

// A Pos is a place in a query's text.
type Pos struct {
	Offset int // in characters (code points) from the start, 0-based
	Line   int // 1-based
	Col    int // in characters from the start of the line, 1-based
}

// A Span is the text from Start up to, and without, End.
type Span struct{ Start, End Pos }

// Where returns s itself; nodes get it by embedding a Span.
func (s Span) Where() Span { return s }

// A Query is a list of commands joined by pipes.
type Query struct {
	Span
	Commands []Command
}

// A Command is one stage between pipes.
type Command interface {
	command() // only this package can add commands
	Where() Span
	String() string // the command in canonical form; it parses back to an equal tree
}

// An Expr is an expression.
type Expr interface {
	expr() // only this package can add expressions
	Where() Span
	String() string
}

// A Proj is an expression that makes a column: expr [as name].
type Proj struct {
	Span
	Expr Expr
	Text string // the source text of Expr as typed, which names the column when As is nil
	As   *Field // nil if there is no alias
}

// Commands.
type (
	// Source chooses log groups: SOURCE 'name' ... START=t END=t | SOURCE logGroups(...) ...
	Source struct {
		Span
		Items      []SourceItem
		Start, End *SourceTime // nil if not given
	}
	// Fields adds columns.
	Fields struct {
		Span
		Projs []Proj
	}
	// Display sets the final columns.
	Display struct {
		Span
		Projs []Proj
	}
	// Filter keeps the rows where Cond is true. It is also written where and search.
	Filter struct {
		Span
		Cond Expr
	}
	// FilterIndex is a filter on one indexed field: field = v or field in [v, ...].
	FilterIndex struct {
		Span
		Field  *Field
		Values []Expr // literals: String, Number, or a Field true/false
		In     bool   // written with in [...]
	}
	// Stats replaces rows by groups.
	Stats struct {
		Span
		Aggs   []Proj
		By     []Proj
		Offset *Period // nil if not given
	}
	// Sort reorders rows.
	Sort struct {
		Span
		Keys []SortKey
	}
	// Limit keeps N rows: the first, the last (tail) or any.
	Limit struct {
		Span
		N    int64
		Any  bool // limit any N
		Tail bool // tail N
	}
	// Dedup keeps the first row of each combination of field values.
	Dedup struct {
		Span
		Fields []*Field
	}
	// Parse takes text fields out of a text.
	Parse struct {
		Span
		From  Expr // a *Field or another expression; nil means @message
		Mode  ParseMode
		Glob  *String  // ParseGlob: the pattern
		Regex *Regex   // ParseRegex: the pattern
		Multi bool     // ParseRegex: one row per match
		Names []*Field // the aliases; may be empty for ParseRegex
	}
	// JSONField takes one value out of a JSON text: json field=f "a.b" as x.
	JSONField struct {
		Span
		Field *Field
		Path  *String
		As    *Field
	}
	// Pattern groups rows by the shape of a text.
	Pattern struct {
		Span
		Expr Expr
	}
	// Diff compares patterns with those of an earlier window.
	Diff struct {
		Span
		Against string // "", "previousDay", "previousWeek" or "previousMonth"
	}
	// Anomaly marks unusual patterns.
	Anomaly struct{ Span }
	// Unmask shows masked data. Expr is nil for the whole event.
	Unmask struct {
		Span
		Expr Expr
	}
	// Unnest makes a row of each element of a list.
	Unnest struct {
		Span
		Expr Expr
		Into *Field
	}
	// Expand makes a row of each element of a JSON array field.
	Expand struct {
		Span
		Field *Field
	}
	// Join adds the matching rows of another query.
	Join struct {
		Span
		Outer       bool   // type=left; otherwise inner
		Left, Right string // the names of the two sides; "" if not given
		LeftKey     *Field // as written, with its side's name first
		RightKey    *Field
		Query       *Query
	}
	// Lookup adds fields from a lookup table.
	Lookup struct {
		Span
		Table  string
		Match  []LookupMatch
		Keep   bool   // OUTPUTNEW: never overwrite a field that is present
		Output []Proj // Expr is a *Field naming a table column
	}
	// CIDRLookup adds fields of the table row whose network holds an address.
	CIDRLookup struct {
		Span
		Table  string
		Match  LookupMatch // Column is nil unless named with as
		Keep   bool
		Output []Proj
	}
	// AddTotals adds row sums in a column and column sums in a row.
	AddTotals struct {
		Span
		FieldName string   // "" means Total
		Row       *bool    // nil means true
		Col       *bool    // nil means false
		Fields    []*Field // empty means all numeric columns
	}
	// Accum adds a running sum.
	Accum struct {
		Span
		Field *Field
		As    *Field // nil replaces Field
	}
	// Autoregress adds the values of earlier rows.
	Autoregress struct {
		Span
		Field    *Field
		As       *Field // nil: the columns are Field_pN
		From, To int    // 0, 0 if p is not given, which means 1
	}
	// AppendCols glues the columns of another query to the rows, by position.
	AppendCols struct {
		Span
		Override *bool
		Max      *int64
		Query    *Query
	}
	// CountFrequent counts value combinations, most frequent first.
	CountFrequent struct {
		Span
		Fields []*Field
	}
	// Estimate returns the bytes a query would scan.
	Estimate struct{ Span }
	// FillDown copies the last value downwards.
	FillDown struct {
		Span
		Names []string // may hold * wildcards; empty means all columns
	}
	// FillMissing inserts rows for empty bins.
	FillMissing struct {
		Span
		Values []FillValue
	}
	// LogCompare compares patterns with a window that is shifted back.
	LogCompare struct {
		Span
		Timeshift *Period
	}
	// Outlier removes or clamps values outside the interquartile bounds.
	Outlier struct {
		Span
		Action   string   // "", "remove" or "transform"
		Param    *float64 // nil means 2.5
		UseLower *bool
		Mark     *bool
		Fields   []*Field
	}
	// RelevantFields ranks the fields that go with a condition.
	RelevantFields struct {
		Span
		Fields []*Field
		Cond   Expr
	}
	// Sessionize numbers runs of events of the same identity.
	Sessionize struct {
		Span
		Fields  []*Field
		MaxSpan *Period // nil means 30 minutes
		As      *Field  // nil means session_id
	}
	// Invoke calls a saved query: $Name(a = 1). It is expanded before anything else.
	Invoke struct {
		Span
		Name string
		Args []InvokeArg
	}
)

// A SourceItem is one choice of log groups. Exactly one of the groups of fields is set.
type SourceItem struct {
	Span
	Name       string         // a log group's name or ARN
	LogGroups  []SourceOption // logGroups(...), with IsGroups
	IsGroups   bool
	DataSource []string          // dataSource([...])
	Tags       []SourceTagFilter // logGroupTags([...])
}

// A SourceOption is one option of logGroups(): namePrefix, accountIdentifier, class.
type SourceOption struct {
	Name   string // as documented: namePrefix, accountIdentifier, accountIdentifiers, class, logGroupClass
	Values []string
}

// A SourceTagFilter keeps log groups whose tag Key has one of Values.
type SourceTagFilter struct {
	Key    string
	Values []string
}

// A SourceTime is a time of SOURCE: epoch milliseconds, now, or an age.
type SourceTime struct {
	Span
	Millis int64
	Now    bool
	Ago    *Period // -1d
}

// A SortKey is one key of sort.
type SortKey struct {
	Span
	Expr Expr
	Text string // as typed
	As   *Field
	Desc bool
}

// ParseMode says how parse reads a text.
type ParseMode uint8

// The modes of parse.
const (
	ParseGlob ParseMode = iota
	ParseRegex
	ParseLogfmt
	ParseCSV
)

// A LookupMatch pairs a table's column with an event's field.
type LookupMatch struct {
	Span
	Column *Field
	Field  *Field // equal to Column if there is no as
}

// A FillValue is one value of fillmissing: with v for f.
type FillValue struct {
	Value Expr // a literal
	Field *Field
}

// An InvokeArg is one argument of a saved query's call.
type InvokeArg struct {
	Name  string
	Value Expr
}

// Expressions.
type (
	// A Field names a field or column: level, user.id, items.0, `odd name`, j.k[0].
	// true and false are fields too; whether they are literals depends on the columns in scope.
	Field struct {
		Span
		Parts []Part
	}
	// A String is a string literal; Value is its content with escapes undone.
	String struct {
		Span
		Value string
	}
	// A Number is a number literal; Text is as typed.
	Number struct {
		Span
		Text string
	}
	// A Period is a number with a unit of time: 5m, 1hr, 2 mo.
	Period struct {
		Span
		N    int64
		Unit Unit
	}
	// A Param is a placeholder of a saved query: {{name}}.
	Param struct {
		Span
		Name string
	}
	// A Regex is a regular expression between slashes, with \/ turned into /.
	Regex struct {
		Span
		Pattern string
	}
	// A Call is a function call: count(*), strlen(x), jsonParse(m).a[0].
	Call struct {
		Span
		Name string // as typed
		Args []Expr
		Star bool   // f(*)
		Path []Part // member access on the result
	}
	// A Unary is -x, +x or not x.
	Unary struct {
		Span
		Op Op // Neg, Plus or Not
		X  Expr
	}
	// A Binary is x op y.
	Binary struct {
		Span
		Op   Op
		X, Y Expr
	}
	// A Like is x [not] like pattern, or x =~ pattern.
	Like struct {
		Span
		Not     bool
		Match   bool // written =~
		X       Expr
		Pattern Expr // a *String, a *Regex or any other expression, whose text is looked for
	}
	// An In is x [not] in [a, b] or x [not] in (query).
	In struct {
		Span
		Not   bool
		X     Expr
		List  []Expr
		Query *Query // nil for a list
	}
)

// A Part is one step of a path: a name, or with Index set, a list position in brackets.
type Part struct {
	Name  string // without backticks
	Index bool   // [N]
	N     int
}

// Op is an operator.
type Op uint8

// The operators.
const (
	Or Op = iota + 1
	And
	Not
	Eq // = and ==
	Ne // != and <>
	Lt
	Le
	Gt
	Ge
	Add
	Sub
	Mul
	Div
	Mod
	Pow
	Neg
	Plus
)

// Unit is a unit of time.
type Unit uint8

// The units of time.
const (
	Millisecond Unit = iota + 1
	Second
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
)

func (*Source) command()         {}
func (*Fields) command()         {}
func (*Display) command()        {}
func (*Filter) command()         {}
func (*FilterIndex) command()    {}
func (*Stats) command()          {}
func (*Sort) command()           {}
func (*Limit) command()          {}
func (*Dedup) command()          {}
func (*Parse) command()          {}
func (*JSONField) command()      {}
func (*Pattern) command()        {}
func (*Diff) command()           {}
func (*Anomaly) command()        {}
func (*Unmask) command()         {}
func (*Unnest) command()         {}
func (*Expand) command()         {}
func (*Join) command()           {}
func (*Lookup) command()         {}
func (*CIDRLookup) command()     {}
func (*AddTotals) command()      {}
func (*Accum) command()          {}
func (*Autoregress) command()    {}
func (*AppendCols) command()     {}
func (*CountFrequent) command()  {}
func (*Estimate) command()       {}
func (*FillDown) command()       {}
func (*FillMissing) command()    {}
func (*LogCompare) command()     {}
func (*Outlier) command()        {}
func (*RelevantFields) command() {}
func (*Sessionize) command()     {}
func (*Invoke) command()         {}

func (*Field) expr()  {}
func (*String) expr() {}
func (*Number) expr() {}
func (*Period) expr() {}
func (*Param) expr()  {}
func (*Regex) expr()  {}
func (*Call) expr()   {}
func (*Unary) expr()  {}
func (*Binary) expr() {}
func (*Like) expr()   {}
func (*In) expr()     {}

// Name returns the field's name with its parts joined by dots, which is how discovered fields
// are called. A bracket index stays in brackets.
func (f *Field) Name() string { return pathName(f.Parts) }
