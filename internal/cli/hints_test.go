package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// What people named and is not there is told with a way out.
func TestWhatIsMissingIsToldWithAWayOut(t *testing.T) {
	url := server(t)
	mustRun(t, url, "{\"n\":1}\n", "put", "/labels/web", "h1", "--create")
	mustRun(t, url, "", "groups", "create", "/labels/empty")
	tests := []struct {
		name, args, want string
		code             int
	}{
		{"a group of query", "query|fields n|/labels/wbe", `no log group /labels/wbe in us-east-1, and no such file (did you mean "/labels/web"?)`, ExitFailure},
		{"a group of tail", "tail|/labels/wbe", `no log group /labels/wbe in us-east-1, and no such file (did you mean "/labels/web"?)`, ExitFailure},
		{"a group of get", "get|/labels/wbe", `no log group /labels/wbe in us-east-1 (did you mean "/labels/web"?)`, ExitFailure},
		{"a region of put", "put|/labels/web|h1|--region|us east", `--region: found "us east", want a region such as us-east-1`, ExitUsage},
		{"a region of get", "get|/labels/web|--region|us_east_1", `--region: found "us_east_1", want a region`, ExitUsage},
		{"a region of tail", "tail|/labels/web|--region|-", `--region: found "-", want a region`, ExitUsage},
		{"a region of query", "query|fields n|/labels/web|--region|us east", `--region: found "us east", want a region`, ExitUsage},
		{"a region of groups", "groups|ls|--region|us east", `--region: found "us east", want a region`, ExitUsage},
		{"a group in another region", "get|/labels/web|--region|eu-west-1", `no log group /labels/web in eu-west-1; groundwatch groups ls shows what there is`, ExitFailure},
		{"a time of query", "query|fields n|/labels/web|--until|2020-01-01", `the time asked about ends at 2020-01-01T00:00:00Z, but log group /labels/web was made at 20`, ExitFailure},
		{"an age without its unit", "query|fields n|/labels/web|--since|15", `--since: time "15": a number alone is an epoch, and this one is of 1970; want a unit: 15m, 15h, 15d`, ExitUsage},
		{"the least epoch", "query|fields n|/labels/web|--since|10000000", ``, ExitOK},
		{"all times", "query|fields n|/labels/web|--since|0", ``, ExitOK},
		{"the style of a chart", "query|stats count(*) by bin(1h)|/labels/web|--chart|bar", `--chart takes its style behind =: --chart=bar`, ExitUsage},
		{"more rows than services give", "query|fields n|/labels/web|--limit|100001", `--limit: found 100001, want at most 100000 of log groups`, ExitUsage},
		{"groups of SOURCE", `query|SOURCE logGroups(namePrefix: ["/nosuch"])`, `no rows: the SOURCE of the query fits no log group`, ExitOK},
		{"a group of SOURCE", `query|SOURCE "/nosuch"`, "Log group '/nosuch' does not exist for account ID '000000000000'\n", ExitFailure},
		{"groups of a query, and standard input", "query|fields n", `which log groups? name them, or begin the query with SOURCE`, ExitFailure},
		{"an ARN of another region", "tail|arn:aws:logs:eu-west-1:123456789012:log-group:/labels/web", `is of eu-west-1, and us-east-1 is asked: give --region eu-west-1`, ExitFailure},
		{"a group of streams", "streams|ls|/labels/wbe", `no log group /labels/wbe in us-east-1 (did you mean "/labels/web"?)`, ExitFailure},
		{"a group like no other", "get|/quite/another", `no log group /quite/another in us-east-1; groundwatch groups ls shows what there is`, ExitFailure},
		{"a stream of put", "put|/labels/web|h9", `--create makes it`, ExitFailure},
		{"a stream of get", "get|/labels/web|--stream|h9", `no log stream h9 in /labels/web`, ExitFailure},
		{"a stream of get in every group", "get|/labels/*|--stream|h9", `there is no such event in 2 groups; the newest one, in /labels/web, is of 20`, ExitOK},
		{"streams of tail", "tail|/labels/web:h9*", `no log stream in /labels/web fits h9*`, ExitOK},
		{"streams of get", "get|/labels/*:h9", `no log stream in 2 groups fits h9`, ExitOK},
		{"groups of a glob", "tail|/nosuch/*", `no log group fits /nosuch/* in us-east-1`, ExitFailure},
		{"groups of ls", "groups|ls|/nosuch/*", `no log group in us-east-1 fits /nosuch/*`, ExitOK},
		{"groups of a wrong glob", "groups|ls|[", `"[": want a glob such as /aws/lambda/*`, ExitUsage},
		{"streams of many groups", "streams|ls|/labels/*", `found the glob /labels/*, want the name of one log group`, ExitUsage},
		{"streams of ls", "streams|ls|/labels/empty", `there is no log stream in /labels/empty`, ExitOK},
		{"groups to make beside one that is there", "groups|create|/labels/web|/labels/new", `made log group /labels/new`, ExitFailure},
		{"the group that could not be made", "groups|create|/labels/web", `groups create: /labels/web: ResourceAlreadyExistsException`, ExitFailure},
		{"a group to delete", "groups|delete|/labels/new|/labels/gone|--yes", `/labels/gone: ResourceNotFoundException`, ExitFailure},
		{"events that match", "get|/labels/web|--filter-pattern|nonesuch", `there is no such event in /labels/web; the newest one is of 20`, ExitOK},
		{"events", "get|/labels/empty", `there is no event in /labels/empty`, ExitOK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, said := command(t.Context(), url, "{\"n\":2}\n", io.Discard, strings.Split(test.args, "|")...)
			if code != test.code || !strings.Contains(said, test.want) {
				t.Errorf("%s exits with %d and says %q, want %d and %q", test.args, code, said, test.code, test.want)
			}
		})
	}
}

// A stream that one group has and another lacks is fetched from the one that has it.
func TestGetTakesStreamsWhereTheyAre(t *testing.T) {
	url := server(t)
	mustRun(t, url, "one\n", "put", "/labels/api", "h1", "--create")
	mustRun(t, url, "two\n", "put", "/labels/web", "h2", "--create")
	mustRun(t, url, "not this\n", "put", "/labels/web", "h22", "--create")
	for args, want := range map[string]string{
		"--stream h2": "two\n", "--stream h1 --stream h2": "one\ntwo\n", "--stream h2 --stream h9": "two\n", "--stream h": "",
	} {
		if got := mustRun(t, url, "", append([]string{"get", "/labels/*"}, strings.Fields(args)...)...); got != want {
			t.Errorf("get /labels/* %s gives %q, want %q", args, got, want)
		}
	}
}

func TestGetSaysHowFarItWasInterrupted(t *testing.T) {
	url := server(t)
	mustRun(t, url, "one\n", "put", "/labels/web", "h1", "--create")
	ctx, stop := context.WithCancel(t.Context())
	stopping := writerFunc(func(text []byte) (int, error) {
		stop()
		return 0, ctx.Err()
	})
	code, said := command(ctx, url, "", stopping, "get", "/labels/web")
	if want := "groundwatch: interrupted after 1 event\n"; code != ExitInterrupted || said != want {
		t.Errorf("get exits with %d and says %q, want %d and %q", code, said, ExitInterrupted, want)
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

// Without a service what looks like a log group is not called a missing file alone.
func TestGroupsWithoutAServiceAreToldOfServers(t *testing.T) {
	var out, said bytes.Buffer
	p := &Program{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said, Now: time.Now, Version: "test", Env: func(string) string { return "" }}
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", "/nonexistent")
	t.Setenv("AWS_DEFAULT_REGION", "")
	code := p.Run(t.Context(), []string{"tail", "/labels/web"})
	if want := `for log groups of a server give --endpoint-url, or run: eval "$(groundwatch env)"`; code != ExitFailure || !strings.Contains(said.String(), want) {
		t.Errorf("tail exits with %d and says %q, want %d and %q", code, &said, ExitFailure, want)
	}
}
