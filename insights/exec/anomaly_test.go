package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestAnomaly(t *testing.T) {
	for _, tt := range []struct {
		name            string
		pattern, counts *column.Column
		want            []string
	}{
		{"a count far beyond the rest",
			col("flood", "b", "c", "d", "e", "f", "g", "h"), col(90_000, 9, 8, 7, 6, 5, 4, 3),
			[]string{"1 | frequency | 90000 of 90042 events, where up to 17 are usual for one pattern",
				"0 | - | -", "0 | - | -", "0 | - | -", "0 | - | -", "0 | - | -", "0 | - | -", "0 | - | -"}},
		{"too few patterns to know what is usual", col("flood", "b"), col(90_000, 9), []string{"0 | - | -", "0 | - | -"}},
		{"seen once in a hundred", col("a", "b"), col(99, 1), []string{"0 | - | -", "1 | new pattern | seen once in 100 events"}},
		{"seen once in fewer", col("a", "b"), col(98, 1), []string{"0 | - | -", "0 | - | -"}},
		{"another word where one is usual", col("GET /x from <IPAddress-1>", "PUT /x from <IPAddress-1>"), col(500, 5),
			[]string{"0 | - | -", `1 | token variation | "PUT" stands where "GET" is usual`}},
		{"not often enough to be usual", col("GET /x from <IPAddress-1>", "PUT /x from <IPAddress-1>"), col(499, 5),
			[]string{"0 | - | -", "0 | - | -"}},
		{"two words differ", col("GET /x from a", "PUT /y from a"), col(500, 5), []string{"0 | - | -", "0 | - | -"}},
		{"no number where one is usual", col("took <Number-1> ms", "took NaN ms"), col(500, 5),
			[]string{"0 | - | -", `1 | numeric token | "NaN" stands where "<Number>" is usual`}},
		{"the numbers of placeholders do not matter", col("<Time-1> a took <Number-2> ms", "<Time-1> <Token-2> took <Number-3> ms"), col(500, 5),
			[]string{"0 | - | -", `1 | token variation | "<Token>" stands where "a" is usual`}},
		{"an HTTP error", col(`"GET / HTTP/1.1" 503 <Number-1>`, `{"status":404}`, `{"status":204}`, "500 apples"), col(5, 5, 5, 5),
			[]string{"1 | HTTP error code | HTTP status 503", "1 | HTTP error code | HTTP status 404", "0 | - | -", "0 | - | -"}},
		{"null and odd values", col(nil, "<", "<a"), col(nil, "x", 3), []string{"0 | - | -", "0 | - | -", "0 | - | -"}},
		{"no rows", col(), col(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := anomalyStep{&plan.Anomaly{Pattern: 0, Ratio: -1, Count: 1, Severity: -1, Out: [3]int{2, 3, 4}}}
			got, err := step.table(testRun(), handmade(tt.pattern, tt.counts))
			check(t, "anomaly", got, err, tt.want, 2, 3, 4)
		})
	}
}
