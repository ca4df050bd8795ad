package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// bound returns settings with their defaults, changed by flags.
func bound(t *testing.T, args ...string) (*Server, *pflag.FlagSet) {
	t.Helper()
	s, f := new(Server), pflag.NewFlagSet("serve", pflag.ContinueOnError)
	s.Bind(f, "/data")
	if err := f.Parse(args); err != nil {
		t.Fatalf("Parse(%q) = %v", args, err)
	}
	return s, f
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name string
		args string
		auth Auth
		err  string
	}{
		{"loopback needs no keys", "", AuthOff, ""},
		{"a name of loopback is loopback", "--listen localhost:0", AuthOff, ""},
		{"so is version 6", "--listen [::1]:0", AuthOff, ""},
		{"keys on loopback are asked for", "--keys-file k", AuthSigV4, ""},
		{"elsewhere there must be keys", "--listen 0.0.0.0:1", "", "--keys-file"},
		{"every address is not loopback", "--listen :4586", "", "--keys-file"},
		{"elsewhere with keys", "--listen 0.0.0.0:1 --keys-file k", AuthSigV4, ""},
		{"no authentication elsewhere is refused", "--listen 0.0.0.0:1 --auth off", "", "--insecure-no-auth"},
		{"unless it is meant", "--listen 0.0.0.0:1 --auth off --insecure-no-auth", AuthOff, ""},
		{"signatures without keys", "--auth sigv4", "", "--keys-file"},
		{"no port", "--listen 127.0.0.1", "", "want host:port"},
		{"account of 11 digits", "--account 12345678901", "", "want 12 digits"},
		{"account of 13 digits", "--account 1234567890123", "", "want 12 digits"},
		{"region with a slash", "--region us/east", "", "want a region"},
		{"certificate without key", "--tls-cert c", "", "want both or none"},
		{"part of 1 MiB less one", "--part-bytes 1048575", "", "--part-bytes"},
		{"part of 1 MiB", "--part-bytes 1048576", AuthOff, ""},
		{"part of 1 GiB and one", "--part-bytes 1073741825", "", "--part-bytes"},
		{"age below 100 ms", "--part-age 99ms", "", "--part-age"},
		{"syslog on loopback", "--syslog 127.0.0.1:5514", AuthOff, ""},
		{"syslog everywhere, as an endpoint", "--syslog 0.0.0.0:5514=vpce-0a,[::1]:0", AuthOff, ""},
		{"syslog on a port alone", "--syslog :5514", "", "0.0.0.0:5514 for all networks"},
		{"syslog without a port", "--syslog localhost", "", "--syslog: found"},
		{"syslog to a group", "--syslog 127.0.0.1:5514=/syslog/all", "", "--syslog: found endpoint"},
		{"syslog with TLS and no certificate", "--syslog-tls 127.0.0.1:6514", "", "want --tls-cert"},
		{"syslog with TLS", "--syslog-tls 127.0.0.1:6514 --tls-cert c --tls-key k", AuthOff, ""},
		{"no folder", "--data=", "", "--data"},
		{"tests need no folder", "--data= --test", AuthOff, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := bound(t, strings.Fields(test.args)...)
			err := s.Check()
			if test.err == "" && (err != nil || s.Auth != test.auth) {
				t.Fatalf("Check() of %q = %v, auth %q, want auth %q", test.args, err, s.Auth, test.auth)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Fatalf("Check() of %q = %v, want an error with %q", test.args, err, test.err)
			}
		})
	}
}

func TestWhereExportsGo(t *testing.T) {
	for _, tt := range []struct {
		name, args, variable string
		folder, endpoint     string
		err                  string
	}{
		{"nowhere", "", "", "", "", ""},
		{"to a folder", "--export-dir /x", "", "/x", "", ""},
		{"to an endpoint", "--s3-endpoint http://127.0.0.1:9000", "", "", "http://127.0.0.1:9000", ""},
		{"to that of the environment", "", "https://s3.example.com", "", "https://s3.example.com", ""},
		{"a flag wins", "--s3-endpoint http://a", "http://b", "", "http://a", ""},
		{"a folder wins over the environment", "--export-dir /x", "http://b", "/x", "", ""},
		{"two places", "--export-dir /x --s3-endpoint http://a", "", "", "", "--export-dir and --s3-endpoint"},
		{"no URL", "--s3-endpoint minio:9000", "", "", "", "--s3-endpoint: found"},
		{"no URL in the environment", "", "minio", "", "", "AWS_ENDPOINT_URL_S3: found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("AWS_ENDPOINT_URL_S3", tt.variable)
			s, _ := bound(t, strings.Fields(tt.args)...)
			err := s.Check()
			if tt.err == "" && (err != nil || s.ExportDir != tt.folder || s.S3Endpoint != tt.endpoint) {
				t.Errorf("Check() of %q = %v, folder %q, endpoint %q; want %q and %q", tt.args, err, s.ExportDir, s.S3Endpoint, tt.folder, tt.endpoint)
			}
			if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("Check() of %q = %v, want an error with %q", tt.args, err, tt.err)
			}
		})
	}
}

func TestTestServersUseTheKnownAccount(t *testing.T) {
	s, _ := bound(t, "--test", "--account", "111111111111")
	if err := s.Check(); err != nil || s.Account != TestAccount {
		t.Fatalf("Check() = %v, account %s, want %s", err, s.Account, TestAccount)
	}
}

func TestApply(t *testing.T) {
	tests := []struct {
		name, text, want, err string
	}{
		{"a value", "region: eu-west-1", "eu-west-1", ""},
		{"a flag wins", "listen: 127.0.0.1:1\nregion: eu-west-1", "eu-west-1", ""},
		{"a list", "allow-host: [a, b]\nregion: eu-west-1", "eu-west-1", ""},
		{"nothing", "# nothing\n", "us-east-1", ""},
		{"an unknown setting", "\nregoin: x", "", "file.yaml:2: regoin: no such setting"},
		{"a setting twice", "region: a-b\nregion: c-d", "", "file.yaml:2: region: found twice"},
		{"a list for one value", "region: [a, b]", "", "found a list"},
		{"a group", "region: {a: b}", "", "found a group"},
		{"a wrong duration", "part-age: 5", "", `file.yaml:1: part-age: found "5", want a duration such as 20s`},
		{"a wrong number", "\npart-bytes: 1e6", "", `file.yaml:2: part-bytes: found "1e6", want a whole number`},
		{"a wrong choice", "auth: maybe", "", `file.yaml:1: auth: found "maybe", want auto, off or sigv4`},
		{"a second document", "region: eu-west-1\n---\ndata: /x", "", "file.yaml:2: found a second document"},
		{"a second document with an error", "region: eu-west-1\n---\n[", "", "file.yaml: yaml"},
		{"the end of the document is marked", "region: eu-west-1\n...\n", "eu-west-1", ""},
		{"a file that names another", "config: other.yaml", "", "config: no such setting"},
		{"no settings", "just text", "", "found no setting"},
		{"no YAML", "a: [", "", "file.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, f := bound(t, "--listen", "127.0.0.1:99")
			f.String("config", "", "") // as serve has it
			err := Apply(f, path, f.Changed)
			if test.err == "" && (err != nil || s.Region != test.want || s.Listen != "127.0.0.1:99") {
				t.Fatalf("Apply(%q) = %v, region %q, listen %q, want region %q", test.text, err, s.Region, s.Listen, test.want)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Fatalf("Apply(%q) = %v, want an error with %q", test.text, err, test.err)
			}
		})
	}
}

func TestReadKeys(t *testing.T) {
	const key = "access-keys:\n- access-key-id: A\n  secret-access-key: S\n"
	tests := []struct {
		name, text string
		mode       os.FileMode
		err        string
	}{
		{"a key", key, 0o600, ""},
		{"a token of 16", "bearer-tokens:\n- token: 0123456789abcdef\n", 0o400, ""},
		{"a token of 15", "bearer-tokens:\n- token: 0123456789abcde\n", 0o600, "found 15 characters"},
		{"others can read it", key, 0o640, "others can read it"},
		{"a key twice", key + "- access-key-id: A\n  secret-access-key: S\n", 0o600, "found twice"},
		{"no secret", "access-keys:\n- access-key-id: A\n", 0o600, "want access-key-id and secret-access-key"},
		{"no account", key + "  account: \"12\"\n", 0o600, "want 12 digits"},
		{"an unknown member", key + "  secret: x\n", 0o600, "secret"},
		{"nothing", "", 0o600, "found none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys.yaml")
			if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
				t.Fatal(err)
			}
			_, err := ReadKeys(path)
			if test.err == "" && err != nil {
				t.Fatalf("ReadKeys of %q = %v", test.text, err)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Fatalf("ReadKeys of %q = %v, want an error with %q", test.text, err, test.err)
			}
		})
	}
}
