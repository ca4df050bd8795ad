package validate

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// What a model may say, and AWS's models say seldom.
const kindsModel = `{"service": "validate", "protocols": ["json"], "operations": {"Try": {"in": "TryInput"}}, "shapes": {
	"TryInput": {"t": "structure", "m": {
		"ratio": {"s": "Ratio"}, "level": {"s": "Level"}, "raw": {"s": "Raw"}, "names": {"s": "Names"}, "pairs": {"s": "Pairs"},
		"rows": {"s": "Rows"}, "secret": {"s": "Secret"}, "groups": {"s": "Groups"}, "tree": {"s": "Tree"}, "choice": {"s": "Choices"},
		"short": {"s": "Text", "max": 3, "pattern": "[a-z]*"}, "count": {"s": "smithy.api#Integer", "min": 2}, "dotted": {"s": "Any"}}},
	"Ratio": {"t": "double", "min": 0.5, "max": 20000000},
	"Level": {"t": "intEnum", "enum": [1, 5]},
	"Raw": {"t": "blob", "max": 2},
	"Names": {"t": "list", "of": "Text", "uniqueItems": true},
	"Pairs": {"t": "list", "of": "Pair", "uniqueItems": true, "max": 2},
	"Pair": {"t": "structure", "m": {"a": {"s": "Secret"}, "at": {"s": "smithy.api#Timestamp"}, "on": {"s": "smithy.api#Boolean"},
		"raw": {"s": "Raw"}, "n": {"s": "smithy.api#Double"}, "tags": {"s": "Tags"}}},
	"Rows": {"t": "list", "of": "Row"},
	"Row": {"t": "list", "of": "Word", "max": 1},
	"Secret": {"t": "string", "sensitive": true, "max": 3},
	"Groups": {"t": "map", "k": "Word", "v": "Row"},
	"Tags": {"t": "map", "k": "Text", "v": "Text"},
	"Tree": {"t": "structure", "m": {"name": {"s": "Word", "req": true}, "leaves": {"s": "Trees"}}},
	"Trees": {"t": "list", "of": "Tree"},
	"Choices": {"t": "list", "of": "Choice", "max": 1},
	"Choice": {"t": "structure", "union": true, "m": {"word": {"s": "Word"}, "pair": {"s": "Pair"}}},
	"Word": {"t": "string", "min": 1},
	"Any": {"t": "string", "pattern": "(?s).*"},
	"Text": {"t": "string"}}}`

type TryInput struct {
	Ratio  *float64
	Level  int32
	Raw    []byte
	Names  []string
	Pairs  []Pair
	Rows   [][]string
	Secret *string
	Groups map[string][]string
	Tree   *Tree
	Choice []Choice
	Short  *string
	Count  *int32
	Dotted *string
}

type Pair struct {
	A    *string
	At   *time.Time
	On   bool
	Raw  []byte
	N    *float64
	Tags map[string]string
}

type Tree struct {
	Name   *string
	Leaves []Tree
}

type Choice interface{ choice() }

type (
	WordChoice struct{ Value string }
	PairChoice struct{ Value Pair }
)

func (*WordChoice) choice() {}
func (*PairChoice) choice() {}

type TryOutput struct{}

func choices(_ *model.Shape, _ reflect.Type, member string) reflect.Type {
	if member == "word" {
		return reflect.TypeFor[WordChoice]()
	}
	return reflect.TypeFor[PairChoice]()
}

func kindsOperation(t *testing.T, text string) *wire.Operation {
	t.Helper()
	s, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	table, err := wire.NewTable([]*model.Service{s}, []op.Operation{op.New[TryInput, TryOutput]("Try", nil)}, choices)
	if err != nil {
		t.Fatal(err)
	}
	return operation(t, table, "Try")
}

func TestKinds(t *testing.T) {
	c := checks(t, kindsOperation(t, kindsModel))
	at := time.Date(2026, 11, 1, 7, 30, 0, 123, time.FixedZone("", 3600))
	pair := Pair{A: aws.String("s"), At: &at, On: true, Raw: []byte("r"), N: aws.Float64(1e-5), Tags: map[string]string{"b": "2", "a": "1"}}
	const pairText = "Pair(a=*** Sensitive Data Redacted ***, at=Sun Nov 01 06:30:00 UTC 2026, on=true, " +
		"raw=java.nio.HeapByteBuffer[pos=0 lim=1 cap=1], n=1.0E-5, tags={a=1, b=2})"
	const emptyPair = "Pair(a=null, at=null, on=false, raw=null, n=null, tags=null)"
	for _, tt := range []struct {
		name string
		in   TryInput
		want []string // Level is 5 unless it is what is tried
	}{
		{"a number too small", TryInput{Ratio: aws.Float64(0.25)}, []string{"Value '0.25' at 'ratio' failed to satisfy constraint: Member must have value greater than or equal to 0.5"}},
		{"a number too large", TryInput{Ratio: aws.Float64(3e7)}, []string{"Value '3.0E7' at 'ratio' failed to satisfy constraint: Member must have value less than or equal to 2.0E7"}},
		{"numbers at their limits", TryInput{Ratio: aws.Float64(0.5), Count: aws.Int32(2)}, nil},
		{"a whole number too small", TryInput{Count: aws.Int32(1)}, []string{"Value '1' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 2"}},
		{"no value of a number's enum", TryInput{Level: 2}, []string{"Value '2' at 'level' failed to satisfy constraint: Member must satisfy enum value set: [1, 5]"}},
		{"a blob too long", TryInput{Raw: []byte("abc")}, []string{"Value 'java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]' at 'raw' failed to satisfy constraint: Member must have length less than or equal to 2"}},
		{"a text twice", TryInput{Names: []string{"a", "b", "a"}}, []string{"Value '[a, b, a]' at 'names' failed to satisfy constraint: Member must have unique values"}},
		{"each text once", TryInput{Names: []string{"a", "b", "A"}}, nil},
		{"a structure twice", TryInput{Pairs: []Pair{pair, pair}}, []string{"Value '[" + pairText + ", " + pairText + "]' at 'pairs' failed to satisfy constraint: Member must have unique values"}},
		{"each structure once", TryInput{Pairs: []Pair{pair, {}}}, nil},
		{"too many of them, and the last is wrong", TryInput{Pairs: []Pair{pair, {}, {A: aws.String("four")}}}, []string{
			"Value '[" + pairText + ", " + emptyPair + ", " + strings.Replace(emptyPair, "a=null", "a=*** Sensitive Data Redacted ***", 1) +
				"]' at 'pairs' failed to satisfy constraint: Member must have length less than or equal to 2",
			"Value at 'pairs.3.member.a' failed to satisfy constraint: Member must have length less than or equal to 3"}},
		{"a list of lists", TryInput{Rows: [][]string{{"a"}, {"b", "c"}, {""}}}, []string{
			"Value '[[a], [b, c], []]' at 'rows' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1]",
			"Value '[]' at 'rows.3.member' failed to satisfy constraint: Member must satisfy constraint: [Member must have length greater than or equal to 1]"}},
		{"a secret", TryInput{Secret: aws.String("four")}, []string{"Value at 'secret' failed to satisfy constraint: Member must have length less than or equal to 3"}},
		{"a map of lists", TryInput{Groups: map[string][]string{"": {"a"}, "k": {""}}}, []string{
			"Value '{=[a], k=[]}' at 'groups' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length greater than or equal to 1]",
			"Value '[]' at 'groups.k.member' failed to satisfy constraint: Member must satisfy constraint: [Member must have length greater than or equal to 1]"}},
		{"a tree", TryInput{Tree: &Tree{Name: aws.String("r"), Leaves: []Tree{{Name: aws.String("l")}, {Leaves: []Tree{{Name: aws.String("")}}}}}}, []string{
			"Value null at 'tree.leaves.2.member.name' failed to satisfy constraint: Member must not be null",
			"Value '' at 'tree.leaves.2.member.leaves.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1"}},
		{"unions", TryInput{Choice: []Choice{&WordChoice{""}, nil, &PairChoice{Pair{A: aws.String("four")}}}}, []string{
			"Value '[Choice(word=), null, Choice(pair=" + strings.Replace(emptyPair, "a=null", "a=*** Sensitive Data Redacted ***", 1) +
				")]' at 'choice' failed to satisfy constraint: Member must have length less than or equal to 1",
			"Value '' at 'choice.1.member.word' failed to satisfy constraint: Member must have length greater than or equal to 1",
			"Value at 'choice.3.member.pair.a' failed to satisfy constraint: Member must have length less than or equal to 3"}},
		{"a member's own rules", TryInput{Short: aws.String("abCd")}, []string{
			"Value 'abCd' at 'short' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]*",
			"Value 'abCd' at 'short' failed to satisfy constraint: Member must have length less than or equal to 3"}},
		{"a pattern that all keep", TryInput{Dotted: aws.String("\n")}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.in.Level == 0 {
				tt.in.Level = 5
			}
			told(t, c, &tt.in, tt.want...)
		})
	}
}

// TestNewRefuses has a pattern that nobody has translated, at each kind of place.
func TestNewRefuses(t *testing.T) {
	for _, place := range []string{
		`"short": {"s": "Bad"}`, `"names": {"s": "List"}`, `"groups": {"s": "Keys"}`, `"groups": {"s": "Values"}`, `"tree": {"s": "Inner"}`,
	} {
		o := kindsOperation(t, `{"service": "validate", "operations": {"Try": {"in": "TryInput"}}, "shapes": {
			"TryInput": {"t": "structure", "m": {`+place+`}}, "Bad": {"t": "string", "pattern": "(?<=a)b"}, "List": {"t": "list", "of": "Bad"},
			"Keys": {"t": "map", "k": "Bad", "v": "Texts"}, "Values": {"t": "map", "k": "smithy.api#String", "v": "List"},
			"Texts": {"t": "list", "of": "smithy.api#String"}, "Inner": {"t": "structure", "m": {"name": {"s": "Bad"}}}}}`)
		if c, err := New(o); err == nil || !strings.Contains(err.Error(), "checks of validate.Try") {
			t.Errorf("New with %s = %v, %v, want an error", place, c, err)
		}
	}
}
