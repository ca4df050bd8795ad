package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// sourceRule is that rule for people.
const sourceRule = `Sources are files if one of them is there, is a glob that files fit, is - or begins with ./ or ../; else, and always with
--endpoint-url, --profile or --region, or if one is an ARN, they are log groups, if the environment or a flag names a service.`

// areGroups tells whether sources are log groups rather than files: the one rule that query and tail share. With
// --endpoint-url, --profile or --region, or if one is an ARN, they are groups. Else they are files if one of them is there, is a glob
// that files fit, or begins as paths do: with ./ or ../; so is "-". What is left are groups, if a service is
// known to ask.
func (p *Program) areGroups(ctx context.Context, f *remoteFlags, sources []string) bool {
	if f.given() {
		return true
	}
	for _, s := range sources {
		if strings.HasPrefix(s, "arn:") {
			return true
		}
	}
	for _, s := range sources {
		if isFile(s) {
			return false
		}
	}
	if len(sources) == 0 {
		return false
	}
	return p.knowsService(ctx, f)
}

// noteMixed says why what may be meant as log groups was looked for among files, if others of the sources are files.
func (p *Program) noteMixed(ctx context.Context, f *remoteFlags, sources []string) {
	file := slices.IndexFunc(sources, isFile)
	group := slices.IndexFunc(sources, func(s string) bool { return strings.HasPrefix(s, "/") && !isFile(s) })
	if file >= 0 && group >= 0 && p.knowsService(ctx, f) {
		p.note("%s is a file, so all sources are files; ask about log groups such as %s apart", sources[file], sources[group])
	}
}

// knowsService tells whether the environment or flags name a service.
func (p *Program) knowsService(ctx context.Context, f *remoteFlags) bool {
	_, err := remote.Open(ctx, f.o, p.Env)
	wrong := (*remote.RegionError)(nil)
	return err == nil || errors.As(err, &wrong) // which is told when it is asked
}

// given tells whether flags say which service to talk to.
func (f *remoteFlags) given() bool {
	return f.o.EndpointURL != "" || f.o.Profile != "" || f.o.Region != ""
}

// isFile tells whether a source is a file, a folder, standard input, or a glob that files fit.
func isFile(source string) bool {
	if source == files.Stdin || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		return true
	}
	if _, err := os.Stat(source); err == nil {
		return true
	}
	if !strings.ContainsAny(source, "*?[") {
		return false
	}
	found, _ := files.Find([]string{source})
	return len(found) > 0
}

// targets reads GROUP and GROUP:STREAM arguments.
func targets(args []string) ([]remote.Target, error) {
	var all []remote.Target
	for _, a := range args {
		t, err := remote.ParseTarget(a)
		if err != nil {
			return nil, usage("%w", err)
		}
		all = append(all, t)
	}
	return all, nil
}

// noFile is what else was looked for where files and groups may be meant.
const noFile = ", and no such file"

// comparedGroups is how many names of groups are looked at for one that may be meant.
const comparedGroups = 500

// missing turns the error of groups that are not there into one that helps; also says what else was looked for.
func (p *Program) missing(ctx context.Context, c *remote.Client, err error, also string) error {
	none := (*remote.MissingError)(nil)
	if !errors.As(err, &none) {
		return err
	}
	hint := "; groundwatch groups ls shows what there is"
	var names []string
	for g, err := range c.Groups(ctx, "") {
		if names = append(names, aws.ToString(g.LogGroupName)); err != nil || len(names) == comparedGroups {
			break
		}
	}
	if near := syntax.Suggest(none.Group, names); near != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", near)
	}
	return &exitError{ExitFailure, fmt.Errorf("%s in %s%s%s", output.Visible(strings.ReplaceAll(err.Error(), "\n", ", ")), c.Region(), also, hint)}
}
