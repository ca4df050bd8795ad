package logs

import "testing"

func TestGroupName(t *testing.T) {
	own := tenant{"111122223333", "eu-central-1"}
	const arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/a/b"
	for _, tt := range []struct{ name, identifier, want string }{
		{"a name", "/a/b", "/a/b"},
		{"an ARN", arn, "/a/b"},
		{"with the star of DescribeLogGroups", arn + ":*", "/a/b"},
		{"with the colon of Grafana", arn + ":", "/a/b"},
		{"of China's partition", "arn:aws-cn:logs:eu-central-1:111122223333:log-group:/a/b", "/a/b"},
		{"of another account", "arn:aws:logs:eu-central-1:444455556666:log-group:/a/b", ""},
		{"of another region", "arn:aws:logs:us-east-1:111122223333:log-group:/a/b", ""},
		{"of another service", "arn:aws:kms:eu-central-1:111122223333:log-group:/a/b", ""},
		{"of a destination", "arn:aws:logs:eu-central-1:111122223333:destination:/a/b", ""},
		{"a broken ARN", "arn:aws:logs", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := own.groupName(tt.identifier)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("groupName(%q) = %q, %v, want %q", tt.identifier, got, err, tt.want)
			}
		})
	}
}
