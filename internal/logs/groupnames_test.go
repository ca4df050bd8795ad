package logs

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

func TestPatternsSeeWhatChanges(t *testing.T) {
	l := newLab(t)
	find := func() string {
		names, _ := l.describeGroups(l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("x")})
		return strings.Join(names, " ")
	}
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"no group", func() {}, ""},
		{"a group", func() { l.create("bx") }, "bx"},
		{"one before it", func() { l.create("ax") }, "ax bx"},
		{"another one", func() { l.create("c") }, "ax bx"},
		{"a deleted group", func() { l.remove("ax") }, "bx"},
		{"a group made again", func() { l.create("ax") }, "ax bx"},
		{"a restart", l.restart, "ax bx"},
		{"the last one", func() { l.remove("ax"); l.remove("bx") }, ""},
	} {
		step.do()
		if got := find(); got != step.want {
			t.Errorf("%s: groups with an x: %q, want %q", step.name, got, step.want)
		}
	}
	_, err := l.CreateLogGroup(as("444455556666", "eu-central-1"), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("x")})
	l.must(err)
	if got := find(); got != "" {
		t.Errorf("groups with an x after another account made one: %q, want none", got)
	}
}

// TestPatternOfManyNames lists more names than are taken one by one, and fewer, with a filter besides.
func TestPatternOfManyNames(t *testing.T) {
	l := newLab(t)
	for i := range maxNamed + 50 {
		l.addGroup(fmt.Sprintf("many/%04d", i), func(f *groupFacts) {
			if i%300 == 0 {
				f.Class, f.Tags = types.LogGroupClassInfrequentAccess, map[string]string{"cold": ""}
			}
		})
	}
	const cold = "many/0000 many/0300 many/0600 many/0900"
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.ListLogGroupsInput
		want string
	}{
		{"a class of many", cloudwatchlogs.ListLogGroupsInput{LogGroupNamePattern: aws.String("many"), LogGroupClass: types.LogGroupClassInfrequentAccess}, cold},
		{"a tag of many", cloudwatchlogs.ListLogGroupsInput{LogGroupNamePattern: aws.String("^many/|none"), LogGroupTags: []types.TagFilter{{Key: aws.String("cold")}}}, cold},
		{"a class of few", cloudwatchlogs.ListLogGroupsInput{LogGroupNamePattern: aws.String("many/0"), LogGroupClass: types.LogGroupClassInfrequentAccess}, cold},
		{"a few", cloudwatchlogs.ListLogGroupsInput{LogGroupNamePattern: aws.String("/1047")}, "many/1047"},
	} {
		for _, limit := range []int32{1, 3, 1000} {
			t.Run(fmt.Sprintf("%s, %d a page", tt.name, limit), func(t *testing.T) {
				var names []string
				for in := tt.in; ; {
					in.Limit = &limit
					out, err := l.ListLogGroups(l.ctx, &in)
					l.must(err)
					for _, g := range out.LogGroups {
						names = append(names, *g.LogGroupName)
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
}

// TestGroupNamesLackNone makes and deletes groups while others look at their names: at the end the names have every group.
func TestGroupNamesLackNone(t *testing.T) {
	l := newLab(t)
	own := tenantOf(l.ctx)
	any := func(string) bool { return true }
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for i := range 300 {
				name := fmt.Sprint("g", i%5)
				if _, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
					_, _ = l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name}) // it may be gone, too
				}
			}
		})
		all.Go(func() {
			for range 300 {
				if _, _, err := l.names.match(l.ctx, l.catalog, own, "", 10, any); err != nil {
					t.Errorf("match: %v", err)
				}
			}
		})
	}
	all.Wait()
	var want []string
	for e, err := range catalog.All(l.ctx, l.catalog, catalog.Query{Scope: own.scope(groupKind)}) {
		l.must(err)
		want = append(want, e.Name)
	}
	if got, _, err := l.names.match(l.ctx, l.catalog, own, "", 10, any); err != nil || !slices.Equal(got, want) {
		t.Errorf("names = %q, %v, want %q", got, err, want)
	}
}
