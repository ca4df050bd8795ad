package function

// An Op is a comparison.
type Op uint8

// The comparisons.
const (
	Eq Op = iota + 1
	Ne
	Lt
	Le
	Gt
	Ge
)

// An ArithOp is an arithmetic operator.
type ArithOp uint8

// The arithmetic operators.
const (
	Add ArithOp = iota + 1
	Sub
	Mul
	Div
	Mod
	Pow
)

// A Step is one step of a path into a map or list: a key, or with IsIndex a list position.
type Step struct {
	Name    string
	Index   int
	IsIndex bool
}
