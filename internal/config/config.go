// Package config says what a server can be told, by flag, by environment and by file, and checks it. What a setting does is
// for internal/app.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"time"

	"github.com/spf13/pflag"
)

// A Server is everything that a server can be told. Its zero value is not useful: Bind sets the defaults.
type Server struct {
	Listen     string   // host:port; port 0 takes a free one
	Hosts      []string // names that a request's Host may have besides those of Listen
	Data       string   // folder
	Account    string   // of callers whose key says nothing else: 12 digits
	Region     string   // of callers whose signature names none
	Auth       Auth
	KeysFile   string // see ReadKeys; "" if there are none
	NoAuth     bool   // really no authentication beyond loopback
	TLSCert    string // file with a PEM certificate chain
	TLSKey     string // file with its PEM key
	PartBytes  int64  // so much text in memory becomes a part
	PartAge    time.Duration
	ExportDir  string        // folder whose folders are the buckets that events are exported to; "" if there is none
	S3Endpoint string        // URL of S3 that events are exported to instead; "" if there is none
	Syslog     []string      // see SyslogPorts
	SyslogTLS  []string      // likewise, with TLS
	Drain      time.Duration // how long requests in flight may take when the server stops
	Damaged    bool          // answer reads with what is left of damaged data
	Test       bool          // keep everything in memory, answer /moto-api/reset, use account 123456789012
}

// An Auth says who may call.
type Auth string

// The ways of authentication.
const (
	AuthAuto  Auth = "auto"  // AuthOff on loopback without keys, else AuthSigV4
	AuthOff   Auth = "off"   // everybody; signatures are not looked at
	AuthSigV4 Auth = "sigv4" // who signs with a key of KeysFile
)

// Auths returns the values of the setting auth.
func Auths() []string { return []string{string(AuthAuto), string(AuthOff), string(AuthSigV4)} }

// DefaultListen is the address unless told otherwise. The port is near the one of other imitations, and not theirs.
const DefaultListen = "127.0.0.1:4586"

// Tenant of callers of whom nothing else is known.
const (
	DefaultAccount = "000000000000"
	DefaultRegion  = "us-east-1"
)

// TestAccount is the account that test suites written for moto expect.
const TestAccount = "123456789012"

// Bind makes flags of the settings, whose defaults are then in s. data is the default folder.
func (s *Server) Bind(f *pflag.FlagSet, data string) {
	f.StringVar(&s.Listen, "listen", DefaultListen, "address of all APIs; beyond loopback it needs --auth sigv4")
	f.StringSliceVar(&s.Hosts, "allow-host", nil, "further names that clients may call the server by")
	f.StringVar(&s.Data, "data", data, "folder of everything stored")
	f.StringVar(&s.Account, "account", DefaultAccount, "account of callers whose access key is no account number")
	f.StringVar(&s.Region, "region", DefaultRegion, "region of callers whose signature names none")
	s.Auth = AuthAuto
	f.Var(&s.Auth, "auth", "who may call: auto (off on loopback without keys, else sigv4), off, sigv4")
	f.StringVar(&s.KeysFile, "keys-file", "", "file with access keys and bearer tokens, readable by its owner only")
	f.BoolVar(&s.NoAuth, "insecure-no-auth", false, "allow --auth off beyond loopback")
	f.StringVar(&s.TLSCert, "tls-cert", "", "file with a PEM certificate chain")
	f.StringVar(&s.TLSKey, "tls-key", "", "file with the certificate's PEM key")
	f.Int64Var(&s.PartBytes, "part-bytes", 64<<20, "bytes of text in memory that become a file")
	f.DurationVar(&s.PartAge, "part-age", 2*time.Second, "age of text in memory that becomes a file")
	f.StringVar(&s.ExportDir, "export-dir", "", "folder of the buckets that events are exported to: NAME is the folder NAME in it")
	f.StringVar(&s.S3Endpoint, "s3-endpoint", "", "URL of S3, or what speaks its protocol, that events are exported to; without it AWS_ENDPOINT_URL_S3 counts")
	f.StringSliceVar(&s.Syslog, "syslog", nil, "host:port for syslog over UDP and TCP, perhaps with =vpce-ID, the endpoint it stands for in syslog configurations")
	f.StringSliceVar(&s.SyslogTLS, "syslog-tls", nil, "the same over TLS, with the certificate of --tls-cert")
	f.DurationVar(&s.Drain, "drain", 20*time.Second, "how long requests may take to end when the server stops")
	f.BoolVar(&s.Damaged, "read-damaged", false, "answer reads with what is left of damaged data; without it they fail")
	f.BoolVar(&s.Test, "test", false, "for test suites: all in memory, POST /moto-api/reset, account "+TestAccount)
}

// Defaults returns the settings of a server that was told nothing but its folder.
func Defaults(data string) Server {
	var s Server
	s.Bind(pflag.NewFlagSet("", pflag.ContinueOnError), data)
	return s
}

// String, Set and Type make an Auth a flag's value.
func (a *Auth) String() string { return string(*a) }

// Set takes one of Auths.
func (a *Auth) Set(text string) error {
	for _, known := range Auths() {
		if text == known {
			*a = Auth(text)
			return nil
		}
	}
	return fmt.Errorf("found %q, want auto, off or sigv4", text)
}

// Type names the flag's values in help.
func (a *Auth) Type() string { return "auth" }

var (
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+)+$`)
)

// CheckRegion returns what is wrong with a value of --region, which must have the form of AWS's regions.
func CheckRegion(region string) error {
	if !regionForm.MatchString(region) {
		return fmt.Errorf("--region: found %q, want a region such as us-east-1", region)
	}
	return nil
}

// Check returns what is wrong with the settings together, naming the flag, and resolves AuthAuto.
func (s *Server) Check() error {
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return fmt.Errorf("--listen: found %q, want host:port such as %s", s.Listen, DefaultListen)
	}
	if s.Test {
		s.Account = TestAccount
	}
	if !accountForm.MatchString(s.Account) {
		return fmt.Errorf("--account: found %q, want 12 digits", s.Account)
	}
	if err := CheckRegion(s.Region); err != nil {
		return err
	}
	switch {
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return fmt.Errorf("--tls-cert and --tls-key: found one, want both or none")
	case s.PartBytes < 1<<20 || s.PartBytes > 1<<30:
		return fmt.Errorf("--part-bytes: found %d, want %d to %d", s.PartBytes, 1<<20, 1<<30)
	case s.PartAge < 100*time.Millisecond || s.PartAge > time.Hour:
		return fmt.Errorf("--part-age: found %v, want 100ms to 1h", s.PartAge)
	case s.Drain < 0:
		return fmt.Errorf("--drain: found %v, want 0s or more", s.Drain)
	case s.Data == "" && !s.Test:
		return fmt.Errorf("--data: found nothing, want a folder")
	}
	if _, err := s.SyslogPorts(); err != nil {
		return err
	}
	if err := s.checkExports(); err != nil {
		return err
	}
	return s.checkAuth(host)
}

// checkExports checks where exports go, which the variable of AWS's tools tells if no setting does.
func (s *Server) checkExports() error {
	if s.ExportDir != "" && s.S3Endpoint != "" {
		return fmt.Errorf("--export-dir and --s3-endpoint: found both, want one")
	}
	name := "--s3-endpoint"
	if s.ExportDir == "" && s.S3Endpoint == "" {
		name, s.S3Endpoint = "AWS_ENDPOINT_URL_S3", os.Getenv("AWS_ENDPOINT_URL_S3")
	}
	u, err := url.Parse(s.S3Endpoint)
	if s.S3Endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%s: found %q, want a URL such as https://s3.eu-central-1.amazonaws.com", name, s.S3Endpoint)
	}
	return nil
}

func (s *Server) checkAuth(host string) error {
	loopback := Loopback(host)
	if s.Auth == AuthAuto {
		s.Auth = AuthSigV4
		if loopback && s.KeysFile == "" {
			s.Auth = AuthOff
		}
	}
	switch {
	case s.Auth == AuthSigV4 && s.KeysFile == "":
		return fmt.Errorf("--listen %s: callers from elsewhere have to sign; give --keys-file, or listen on 127.0.0.1", s.Listen)
	case s.Auth == AuthOff && !loopback && !s.NoAuth:
		return fmt.Errorf("--auth off: anybody who reaches %s could read and delete all logs; if that is meant, add --insecure-no-auth", s.Listen)
	}
	return nil
}

// Loopback tells whether only this machine reaches what listens on host.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
