package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// hideSecrets is a data protection policy for e-mail addresses, ten digits that begin with a 9, and words that begin with S-.
const hideSecrets = `{"Name":"secrets","Version":"2021-06-01",
	"Configuration":{"CustomDataIdentifier":[{"Name":"Number","Regex":"9\\d{9}"},{"Name":"Word","Regex":"S-[a-z]{6}"}]},
	"Statement":[
	{"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress","Number","Word"],"Operation":{"Audit":{"FindingsDestination":{}}}},
	{"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress","Number","Word"],"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`

// secretEvents are events with secrets that the numbers i choose: those of other numbers look the same, masked.
func secretEvents(i func(n int) int) []string {
	var all []string
	for n := range 240 {
		word, mail := fmt.Sprintf("S-%c%cabcd", 'a'+i(n)%26, 'a'+i(n)/26%26), fmt.Sprintf("%c%c@example.com", 'a'+i(n)%26, 'k'+i(n)%3)
		number := 9_000_000_000 + i(n)*1_000_003
		switch n % 6 {
		case 0:
			all = append(all, fmt.Sprintf(`{"n":%d,"card":%d,"user":"%s","word":"%s"}`, n, number, mail, word))
		case 1:
			all = append(all, fmt.Sprintf(`{"n":%d,"card":"%d","%s":true,"in":{"word":"%s","list":["%s",%d]}}`, n, number, word, word, mail, number))
		case 2:
			all = append(all, fmt.Sprintf(`user=%s card=%d took %d ms`, mail, number, n))
		case 3:
			all = append(all, fmt.Sprintf(`{"n":%d,"text":"%s and %s \"%d\"","user":"nobody"}`, n, word, mail, number))
		case 4:
			all = append(all, fmt.Sprintf(`%s,%d,%d`, word, number, n))
		default:
			all = append(all, fmt.Sprintf(`{"n":%d,"user":"nobody"}`, n))
		}
	}
	return all
}

// secretQueries ask for secrets in all ways.
var secretQueries = []string{
	`fields @timestamp, @message, card, user, word | sort @timestamp asc | limit 1000`,
	`fields @message | sort card desc, @timestamp asc | limit 20`,
	`fields @message | sort user asc, word desc, @timestamp asc | limit 7`,
	`filter @message like "9000000000" | stats count(*) as c`,
	`filter @message like /S-[a-m]/ | stats count(*) as c`,
	`filter @message like /(?i)AK@EXAMPLE/ | limit 5`,
	`filter @message not like "S-a" | stats count(*) as c`,
	`filter card > 9000500000 | stats count(*) as c, max(card) as m, avg(card) as a, pct(card, 50) as p, stddev(card) as s`,
	`filter card = 9000000000 or card = "9000000000" | stats count(*) as c by user`,
	`filter user = "ak@example.com" | fields @message`,
	`filter user in ["ak@example.com", "bl@example.com", "nobody"] | stats count(*) as c by user | sort user asc`,
	`filter word like "S-a" or in.word like "S-b" | stats count(*) as c`,
	"filter ispresent(`S-aaabcd`) | stats count(*) as c",
	`filter @logStream = "one" and word = "S-aaabcd" | stats count(*) as c`,
	`fields strlen(@message) as l, strcontains(@message, "S-a") as s, substr(word, 0, 4) as w, concat(user, card) as u | sort @timestamp asc | limit 300`,
	`stats count(*) as c, count_distinct(user) as d by word | sort c desc, word asc`,
	`stats earliest(user) as e, latest(word) as l, min(word) as mi, max(user) as ma, sortsFirst(word) as f, sortsLast(user) as z by bin(1h)`,
	`stats values(user) as v by n > 100`,
	`fields user, card | sort @timestamp asc | dedup user, word`,
	`fields card, in.word | sort @timestamp desc | dedup card`,
	`parse @message "card=* " as k | filter ispresent(k) | fields k | sort k asc, @timestamp asc | limit 50`,
	`parse @message /(?<k>S-[a-z]+)/ | stats count(*) as c by k`,
	`parse @message "*,*,*" as a, b, d | filter b > 9000000000 | stats count(*) as c`,
	`pattern @message | sort @pattern asc | fields @pattern, @sampleCount`,
	`pattern user | sort @pattern asc | fields @pattern, @sampleCount`,
	`filter user in (SOURCE "/app" | filter user like "ak" | fields user) | stats count(*) as c`,
	`filter n < 20 | join type=inner left=l right=r where l.user=r.user (SOURCE "/app" | filter n >= 20 | fields user, n) | stats count(*) as c`,
	`fields n | lookup secrets word as word OUTPUT name as known | stats count(*) as c by known | sort c asc`,
	`fields n | lookup secrets word as in.word OUTPUTNEW name as known | filter ispresent(known) | limit 3`,
	`filter @message like "S-" or n > 3 | diff`,
	`fields jsonParse(@message) as j | fields j.user as u, j.card as k | sort @timestamp asc | limit 300`,
	`fields @message like /S-a/ as hit | stats sum(hit) as c`,
	`unnest in.list into item | stats count(*) as c by item | sort c desc, item asc`,
	`filter isempty(user) or user = "" | stats count(*) as c`,
	`fields coalesce(word, in.word, user) as x | stats count(*) as c by x | sort c desc, x asc`,
	`filter @message like "S-aaabcd" | sort @timestamp desc | limit 1`,
	`limit 1`,
}

// TestMaskedSecretsTellNothing stores events in two servers that differ only in what a policy masks: whatever is asked, the answers are the same to the
// last byte, statistics too.
func TestMaskedSecretsTellNothing(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-10 * time.Minute)
	first, second := settings(t), settings(t)
	one, other := start(t, first), start(t, second)
	for _, group := range []string{"/app", "/made"} {
		fillSecrets(t, one.client("key", "secret"), group, at, func(n int) int { return n })
		fillSecrets(t, other.client("key", "secret"), group, at, func(n int) int { return (n*7 + 331) % 600 })
	}
	compare := func() {
		a, b := one.client("key", "secret"), other.client("key", "secret")
		for _, group := range []string{"/app", "/made"} {
			for _, query := range secretQueries {
				got, want := everything(t, a, query, group, at), everything(t, b, query, group, at)
				if got != want {
					t.Errorf("query(%s) over %s tells secrets apart:\n%.1500s\n%.1500s", query, group, got, want)
				}
				if slices.ContainsFunc([]string{"@example", "900000", "S-aa"}, func(s string) bool { return strings.Contains(got, s) }) {
					t.Errorf("query(%s) over %s shows secrets: %.500s", query, group, got)
				}
			}
			for _, pattern := range []string{`{ $.card > 9000500000 }`, `"S-aaabcd"`, `{ $.user = "a*" }`, `%S-[a-m]%`, `[a, b, c]`, `?"ak" ?"nobody"`, ``} {
				if got, want := filtered(t, a, group, pattern, false), filtered(t, b, group, pattern, false); !slices.Equal(got, want) {
					t.Errorf("FilterLogEvents(%s) of %s tells secrets apart: %d, %d events", pattern, group, len(got), len(want))
				}
			}
		}
	}
	compare()
	for _, r := range []*running{one, other} {
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
	}
	one, other = start(t, first), start(t, second)
	compare() // of files
}

// fillSecrets makes a group with a policy, and with a transformer if it is /made, and the lookup table that queries use.
func fillSecrets(t *testing.T, c *cloudwatchlogs.Client, name string, at time.Time, i func(n int) int) {
	t.Helper()
	ctx, group := t.Context(), &name
	_, err := c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: group})
	if err == nil {
		_, err = c.PutDataProtectionPolicy(ctx, &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: group, PolicyDocument: aws.String(hideSecrets)})
	}
	if err == nil && name == "/app" {
		_, err = c.CreateLookupTable(ctx, &cloudwatchlogs.CreateLookupTableInput{LookupTableName: aws.String("secrets"), TableBody: aws.String("word,name\nS-aaabcd,found\nS-babcd,found\n********,stars\n")})
	}
	if err == nil && name == "/made" {
		entry := types.CopyValueEntry{Source: aws.String("@message"), Target: aws.String("in.whole")}
		_, err = c.PutTransformer(ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: group, TransformerConfig: []types.Processor{
			{ParseJSON: &types.ParseJSON{}}, {CopyValue: &types.CopyValue{Entries: []types.CopyValueEntry{entry}}},
		}})
	}
	events := secretEvents(i)
	for k, stream := range []string{"one", "two"} {
		if err == nil {
			_, err = c.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: group, LogStreamName: &stream})
		}
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: group, LogStreamName: &stream}
		for n, m := range events[k*120 : (k+1)*120] {
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &m, Timestamp: aws.Int64(at.UnixMilli() + int64(k*120+n))})
		}
		if err == nil {
			_, err = c.PutLogEvents(ctx, in)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// everything returns all that is told of a query, but for what is random in it.
func everything(t *testing.T, c *cloudwatchlogs.Client, query, group string, at time.Time) string {
	t.Helper()
	started, err := c.StartQuery(t.Context(), &cloudwatchlogs.StartQueryInput{
		QueryString: &query, LogGroupNames: []string{group}, StartTime: aws.Int64(at.Unix()), EndTime: aws.Int64(at.Unix() + 60),
	})
	if err != nil {
		t.Fatalf("StartQuery(%s) = %v", query, err)
	}
	for {
		out, err := c.GetQueryResults(t.Context(), &cloudwatchlogs.GetQueryResultsInput{QueryId: started.QueryId})
		if err != nil {
			t.Fatal(err)
		}
		if out.Status == types.QueryStatusRunning || out.Status == types.QueryStatusScheduled {
			continue
		}
		text := fmt.Sprintf("%s %v of %v records, %v bytes\n", out.Status, out.Statistics.RecordsMatched, out.Statistics.RecordsScanned, out.Statistics.BytesScanned)
		for _, row := range out.Results {
			for _, cell := range row {
				if *cell.Field != "@ptr" {
					text += *cell.Field + "=" + *cell.Value + " "
				}
			}
			text += "\n"
		}
		return text
	}
}
