// Package arn takes Amazon Resource Names apart and puts them together. What a service writes into the last part is for the
// service to say.
package arn

import (
	"fmt"
	"strings"
)

// An ARN is the name of a resource in all accounts and regions: arn:partition:service:region:account:resource. Region and
// account are empty for services that need none, such as S3's buckets.
type ARN struct {
	Partition string // "aws"; see Partition
	Service   string // "logs"
	Region    string
	Account   string
	Resource  string // everything from the fifth colon on, with colons and slashes of its own
}

// Parse takes text apart. Partition, service and resource must not be empty; nothing else is checked.
func Parse(text string) (ARN, error) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ARN{}, fmt.Errorf("parse ARN %.100q: want arn:partition:service:region:account:resource", text)
	}
	a := ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}
	for _, p := range []struct{ name, text string }{{"partition", a.Partition}, {"service", a.Service}, {"resource", a.Resource}} {
		if p.text == "" {
			return ARN{}, fmt.Errorf("parse ARN %.100q: no %s", text, p.name)
		}
	}
	return a, nil
}

// Is tells whether text has the form of an ARN rather than of a name.
func Is(text string) bool { return strings.HasPrefix(text, "arn:") }

// String returns the ARN as text; Parse is its inverse.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// Partition returns the partition that AWS has a region in: aws-cn for China, aws-us-gov for GovCloud, else aws.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
