package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestListLogGroups(t *testing.T) {
	l := newLab(t)
	l.create("/aws/lambda/a", "/aws/lambda/b", "app/lambda", "discovery", "Discovery")
	_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("cold"), LogGroupClass: types.LogGroupClassInfrequentAccess, Tags: map[string]string{"env": "Prod-1", "team": "x"}})
	l.must(err)
	filters := func(f ...types.TagFilter) cloudwatchlogs.ListLogGroupsInput {
		return cloudwatchlogs.ListLogGroupsInput{LogGroupTags: f}
	}
	pattern := func(p string) cloudwatchlogs.ListLogGroupsInput {
		return cloudwatchlogs.ListLogGroupsInput{LogGroupNamePattern: &p}
	}
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.ListLogGroupsInput
		want string
	}{
		{"all", cloudwatchlogs.ListLogGroupsInput{}, "/aws/lambda/a /aws/lambda/b Discovery app/lambda cold discovery"},
		{"two a page", cloudwatchlogs.ListLogGroupsInput{Limit: aws.Int32(2)}, "/aws/lambda/a /aws/lambda/b Discovery app/lambda cold discovery"},
		{"a text anywhere", pattern("lambda"), "/aws/lambda/a /aws/lambda/b app/lambda"},
		{"a beginning", pattern("^/aws/lambda"), "/aws/lambda/a /aws/lambda/b"},
		{"a beginning or a text", pattern("^/aws/lambda|discovery"), "/aws/lambda/a /aws/lambda/b discovery"},
		{"a beginning that is in the middle", pattern("^lambda"), ""},
		{"a class", cloudwatchlogs.ListLogGroupsInput{LogGroupClass: types.LogGroupClassInfrequentAccess}, "cold"},
		{"a tag", filters(types.TagFilter{Key: aws.String("env")}), "cold"},
		{"no such tag", filters(types.TagFilter{Key: aws.String("stage")}), ""},
		{"two tags, one wrong", filters(types.TagFilter{Key: aws.String("env")}, types.TagFilter{Key: aws.String("team"), Values: []string{"y"}}), ""},
		{"one of two values", filters(types.TagFilter{Key: aws.String("team"), Values: []string{"y", "x"}}), "cold"},
		{"a field index", cloudwatchlogs.ListLogGroupsInput{FieldIndexNames: []string{"f"}}, ""},
		{"another account", cloudwatchlogs.ListLogGroupsInput{IncludeLinkedAccounts: aws.Bool(true), AccountIdentifiers: []string{"444455556666"}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var names []string
			for in := tt.in; ; {
				out, err := l.ListLogGroups(l.ctx, &in)
				l.must(err)
				for _, g := range out.LogGroups {
					names = append(names, *g.LogGroupName)
					if want := "arn:aws:logs:eu-central-1:111122223333:log-group:" + *g.LogGroupName; *g.LogGroupArn != want {
						t.Errorf("logGroupArn = %q, want %q", *g.LogGroupArn, want)
					}
				}
				if in.NextToken = out.NextToken; in.NextToken == nil {
					break
				}
			}
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("ListLogGroups = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestListLogGroupsByFieldIndex(t *testing.T) {
	l := newLab(t)
	l.opts.Policies = starPolicies{}
	l.restart()
	l.create("/lens", "/x/one", "/x/two")
	for _, tt := range []struct{ fields, pattern, want string }{
		{"a", "", "/x/one /x/two"},
		{"a b", "", "/x/one /x/two"},
		{"a c", "", ""},
		{"b", "two", "/x/two"},
		{"b", "lens", ""},
	} {
		in := &cloudwatchlogs.ListLogGroupsInput{FieldIndexNames: strings.Fields(tt.fields)}
		if tt.pattern != "" {
			in.LogGroupNamePattern = &tt.pattern
		}
		out, err := l.ListLogGroups(l.ctx, in)
		l.must(err)
		var names []string
		for _, g := range out.LogGroups {
			names = append(names, *g.LogGroupName)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("ListLogGroups of the fields %s and the pattern %q = %q, want %q", tt.fields, tt.pattern, got, tt.want)
		}
	}
	l.create("/broken")
	if out, err := l.ListLogGroups(l.ctx, &cloudwatchlogs.ListLogGroupsInput{FieldIndexNames: []string{"a"}}); err == nil {
		t.Errorf("ListLogGroups with a group whose indexes cannot be read = %+v, want an error", out)
	}
}

func TestParseNamePattern(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		good          bool
	}{
		{"two characters", "ab", false},
		{"three", "abc", true},
		{"24", strings.Repeat("a", 24), true},
		{"25", strings.Repeat("a", 25), false},
		{"an anchor does not count", "^" + strings.Repeat("a", 24), true},
		{"an anchor does not fill", "^ab", false},
		{"five", strings.TrimSuffix(strings.Repeat("abc|", 5), "|"), true},
		{"six", strings.TrimSuffix(strings.Repeat("abc|", 6), "|"), false},
		{"an empty one", "abc|", false},
		{"other signs of regular expressions", "ab.*c", false},
		{"an anchor at the end", "abc^", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := parseNamePattern(&tt.pattern); (err == nil) != tt.good {
				t.Errorf("parseNamePattern(%q) = %q, %v, want good %t", tt.pattern, p, err, tt.good)
			}
		})
	}
}

func TestTagMatches(t *testing.T) {
	for _, tt := range []struct {
		value, want string
		match       bool
	}{
		{"prod", "prod", true},
		{"Prod", "prod", false},
		{"prod", "!prod", false},
		{"test", "!prod", true},
		{"Prod-1", "prod*", true},
		{"Prod-1", "*-1", true},
		{"Prod-1", "p*d*1", true},
		{"Prod-1", "p*x*1", false},
		{"Prod-1", "!PROD*", false},
		{"", "*", true},
		{"aba", "ab*ba", false},
		{"abba", "ab*ba", true},
		{"", "", true},
	} {
		if got := tagMatches(tt.value, tt.want); got != tt.match {
			t.Errorf("tagMatches(%q, %q) = %t, want %t", tt.value, tt.want, got, tt.match)
		}
	}
}

func TestTags(t *testing.T) {
	const own = "arn:aws:logs:eu-central-1:111122223333:"
	l := newLab(t)
	others := map[string]string{"a": "1", "b": ""}
	l.opts.Tagged = func(_ context.Context, resource string, change func(map[string]string) (map[string]string, error)) (_ map[string]string, mine bool, err error) {
		if resource != own+"test:d" {
			return nil, false, nil
		}
		if change != nil {
			others, err = change(others)
		}
		return others, true, err
	}
	l.restart()
	_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g"), Tags: map[string]string{"a": "1", "b": ""}})
	l.must(err)
	for _, resource := range []string{own + "log-group:g", own + "test:d"} {
		tags := func() string {
			out, err := l.ListTagsForResource(l.ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &resource})
			l.must(err)
			return fmt.Sprint(out.Tags)
		}
		if got, want := tags(), "map[a:1 b:]"; got != want {
			t.Errorf("tags of %s: %s, want %s", resource, got, want)
		}
		_, err := l.TagResource(l.ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &resource, Tags: map[string]string{"a": "2", "ü": "x y"}})
		l.must(err)
		_, err = l.UntagResource(l.ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: &resource, TagKeys: []string{"b", "none"}})
		l.must(err)
		if got, want := tags(), "map[a:2 ü:x y]"; got != want {
			t.Errorf("tags of %s: %s, want %s", resource, got, want)
		}
	}
	_, err = l.TagLogGroup(l.ctx, &cloudwatchlogs.TagLogGroupInput{LogGroupName: aws.String("g"), Tags: map[string]string{"c": "3"}})
	l.must(err)
	_, err = l.UntagLogGroup(l.ctx, &cloudwatchlogs.UntagLogGroupInput{LogGroupName: aws.String("g"), Tags: []string{"a", "ü"}})
	l.must(err)
	out, err := l.ListTagsLogGroup(l.ctx, &cloudwatchlogs.ListTagsLogGroupInput{LogGroupName: aws.String("g")})
	l.must(err)
	if got, want := fmt.Sprint(out.Tags), "map[c:3]"; got != want {
		t.Errorf("tags by the older operations: %s, want %s", got, want)
	}
}

func TestTagsRefuse(t *testing.T) {
	l := newLab(t)
	many := map[string]string{}
	for i := range 49 {
		many[fmt.Sprint(i)] = ""
	}
	_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g"), Tags: many})
	l.must(err)
	const g = "arn:aws:logs:eu-central-1:111122223333:log-group:g"
	const ofAWS = "InvalidParameterException: aws: prefixed tag key names are not allowed for external use."
	for _, tt := range []struct {
		name, resource string
		tags           map[string]string
		want           string
	}{
		{"the 50th", g, map[string]string{"0": "again", "last": ""}, "<nil>"},
		{"the 51st", g, map[string]string{"more": ""}, "TooManyTagsException: " + textTooManyTags},
		{"AWS's", g, map[string]string{"AWS:x": ""}, ofAWS},
		{"AWS's in small letters", g, map[string]string{"aws:x": ""}, ofAWS},
		{"a key of 128 characters", g, map[string]string{strings.Repeat("k", 128): ""}, "TooManyTagsException: " + textTooManyTags},
		{"a key of 129 characters", g, map[string]string{strings.Repeat("k", 129): ""}, "InvalidParameterException: 1 validation error detected: Value '" + strings.Repeat("k", 129) + "' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 128"},
		{"a value of 256 characters", g, map[string]string{"0": strings.Repeat("ü", 256)}, "<nil>"},
		{"a value of 257 characters", g, map[string]string{"0": strings.Repeat("v", 257)}, "InvalidParameterException: 1 validation error detected: Value '" + strings.Repeat("v", 257) + "' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 256"},
		{"the ARN of DescribeLogGroups", g + ":*", map[string]string{"0": ""}, "ValidationException: Invalid resourceArn"},
		{"a name", "g", map[string]string{"0": ""}, "ValidationException: Invalid resourceArn"},
		{"a group that there is not", g + "x", map[string]string{"0": ""}, "ResourceNotFoundException: The specified log group does not exist."},
		{"a resource that nobody has", "arn:aws:logs:eu-central-1:111122223333:test:d", map[string]string{"0": ""}, "ResourceNotFoundException: The specified resource does not exist."},
		{"another account's", "arn:aws:logs:eu-central-1:444455556666:log-group:g", map[string]string{"0": ""}, "ResourceNotFoundException: The specified resource does not exist."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.TagResource(l.ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &tt.resource, Tags: tt.tags})
			servicetest.WantError(t, "TagResource", err, tt.want)
		})
	}
	_, err = l.TagLogGroup(l.ctx, &cloudwatchlogs.TagLogGroupInput{LogGroupName: aws.String("g"), Tags: map[string]string{"more": ""}})
	servicetest.WantError(t, "TagLogGroup with the 51st", err, "InvalidParameterException: "+textTooManyTags)
	_, err = l.UntagResource(l.ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(g), TagKeys: slices.Collect(func(yield func(string) bool) { yield("last") })})
	l.must(err)
	_, err = l.TagLogGroup(l.ctx, &cloudwatchlogs.TagLogGroupInput{LogGroupName: aws.String("g"), Tags: map[string]string{"Aws:x": ""}})
	servicetest.WantError(t, "TagLogGroup with AWS's", err, ofAWS)
}

func TestRetention(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	day := int64(24 * 60 * 60 * 1000)
	l.put("g", "s", event(l.ms(0)-day-1, "older"))
	l.put("g", "s", event(l.ms(0)-day, "old"), event(l.ms(0), "new"))
	set := func(days int32) error {
		_, err := l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: &days})
		return err
	}
	servicetest.WantError(t, "PutRetentionPolicy", set(1), "")
	if got, _ := l.got(getInput("g", "s")); got != "old new" {
		t.Errorf("events of the last day: %q, want old and new", got)
	}
	l.clock = l.clock.Add(1e6)
	if got := l.filtered(filterInput("g")); got != "new" {
		t.Errorf("events of the last day a millisecond later: %q, want new", got)
	}
	_, err := l.DeleteRetentionPolicy(l.ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: aws.String("g")})
	l.must(err)
	if got, _ := l.got(getInput("g", "s")); got != "older old new" {
		t.Errorf("events without retention before they were removed: %q, want all", got)
	}
	servicetest.WantError(t, "PutRetentionPolicy", set(1), "")
	l.must(l.expire(l.ctx, l.clock))
	_, err = l.DeleteRetentionPolicy(l.ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: aws.String("g")})
	l.must(err)
	if got, _ := l.got(getInput("g", "s")); got != "new" {
		t.Errorf("events that were left by expire: %q, want new", got)
	}
}

func TestPutRetentionPolicyDays(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.addGroup("d", func(f *groupFacts) { f.Class = types.LogGroupClassDelivery })
	for _, days := range []int32{-1, 0, 2, 4, 3652, 3654} {
		_, err := l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: &days})
		servicetest.WantError(t, fmt.Sprintf("PutRetentionPolicy(%d)", days), err, fmt.Sprintf("InvalidParameterException: 1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]", days))
	}
	for _, days := range retentions {
		_, err := l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: &days})
		l.must(err)
		out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("g")})
		l.must(err)
		if got := aws.ToInt32(out.LogGroups[0].RetentionInDays); got != days {
			t.Errorf("retentionInDays = %d, want %d", got, days)
		}
	}
	_, err := l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("none"), RetentionInDays: aws.Int32(1)})
	servicetest.WantError(t, "PutRetentionPolicy of none", err, "ResourceNotFoundException: The specified log group does not exist.")
	_, err = l.PutRetentionPolicy(l.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("d"), RetentionInDays: aws.Int32(1)})
	servicetest.WantError(t, "PutRetentionPolicy of class DELIVERY", err, "ValidationException: This operation is not supported for Delivery log class")
}
