package arn

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       ARN
	}{
		{"a log group", "arn:aws:logs:eu-central-1:123456789012:log-group:/app/x", ARN{"aws", "logs", "eu-central-1", "123456789012", "log-group:/app/x"}},
		{"colons at the end stay", "arn:aws-cn:logs:cn-north-1:1:log-group:x:*", ARN{"aws-cn", "logs", "cn-north-1", "1", "log-group:x:*"}},
		{"no region and no account", "arn:aws:s3:::bucket/key", ARN{"aws", "s3", "", "", "bucket/key"}},
		{"a resource of colons", "arn:aws:x::::", ARN{"aws", "x", "", "", ":"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text)
			if err != nil || got != tt.want {
				t.Errorf("Parse(%q) = %+v, %v, want %+v", tt.text, got, err, tt.want)
			}
			if back := got.String(); back != tt.text {
				t.Errorf("String = %q, want %q", back, tt.text)
			}
			if !Is(tt.text) {
				t.Errorf("Is(%q) = false, want true", tt.text)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "want arn:"},
		{"a name", "/app/x", "want arn:"},
		{"five parts", "arn:aws:logs:eu-central-1:123456789012", "want arn:"},
		{"another scheme", "urn:aws:logs:eu-central-1:123456789012:log-group:x", "want arn:"},
		{"capitals", "ARN:aws:logs:eu-central-1:123456789012:log-group:x", "want arn:"},
		{"no partition", "arn::logs:eu-central-1:123456789012:log-group:x", "no partition"},
		{"no service", "arn:aws::eu-central-1:123456789012:log-group:x", "no service"},
		{"no resource", "arn:aws:logs:eu-central-1:123456789012:", "no resource"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse(%q) = %+v, %v, want an error with %q", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestPartition(t *testing.T) {
	for region, want := range map[string]string{"eu-central-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-east-1": "aws", "": "aws"} {
		if got := Partition(region); got != want {
			t.Errorf("Partition(%q) = %q, want %q", region, got, want)
		}
	}
}
