// Package remote does what the command line does with a log service, ours or AWS's: it lists groups and streams, sends lines
// as events and fetches events. How that looks is for internal/cli.
package remote

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"github.com/groundwatch/groundwatch/internal/config"
)

// Options say which service to talk to. What is empty, the SDK takes from the environment and its files.
type Options struct {
	EndpointURL string
	Region      string
	Profile     string
}

// A Client talks to one log service.
type Client struct {
	Logs     *cloudwatchlogs.Client
	Endpoint string // its URL; "" for AWS's own

	noKey bool // the environment has no credentials: those for a server that does not ask are used
}

// The credentials for a server on this machine where the environment has none: such a server does not ask.
const (
	localKey    = "000000000000"
	localRegion = "us-east-1"
)

// appID is what the User-Agent says of us. A server of ours gives its own clients every event of a live tail at once.
const appID = "groundwatch"

// Open returns a client. It talks to nobody yet.
func Open(ctx context.Context, o Options, env func(string) string) (*Client, error) {
	wait := new(patience)
	load := []func(*awsconfig.LoadOptions) error{
		awsconfig.WithAppID(appID),
		awsconfig.WithRetryer(wait.retryer),
		awsconfig.WithLogger(logging.Nop{}), // what matters comes back as an error
	}
	if o.Profile != "" {
		load = append(load, awsconfig.WithSharedConfigProfile(o.Profile))
	}
	if o.Region != "" {
		load = append(load, awsconfig.WithRegion(o.Region))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("read AWS configuration: %w", err)
	}
	endpoint := o.EndpointURL
	for _, name := range []string{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_ENDPOINT_URL"} {
		if endpoint == "" && env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") != "true" {
			endpoint = env(name)
		}
	}
	if endpoint == "" && cfg.BaseEndpoint != nil {
		endpoint = *cfg.BaseEndpoint
	}
	if endpoint != "" {
		if err := CheckURL(endpoint); err != nil {
			return nil, err
		}
	}
	noKey := Local(endpoint) && o.Profile == "" && env("AWS_ACCESS_KEY_ID") == "" && env("AWS_PROFILE") == ""
	if Local(endpoint) && cfg.Region == "" {
		cfg.Region = localRegion
	}
	if noKey {
		cfg.Credentials = credentials.NewStaticCredentialsProvider(localKey, "local", "")
	}
	if cfg.Region == "" {
		return nil, errors.New("which region? give --region or set AWS_REGION; for a server of ours give --endpoint-url, or run: eval \"$(groundwatch env)\"")
	}
	if !regionForm.MatchString(cfg.Region) {
		return nil, &RegionError{regionSetting(o, env), cfg.Region}
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	wait.local, wait.client = Local(endpoint), cfg.HTTPClient
	cfg.HTTPClient = wait
	logs := cloudwatchlogs.NewFromConfig(cfg, func(opt *cloudwatchlogs.Options) {
		if o.EndpointURL != "" {
			opt.BaseEndpoint = aws.String(o.EndpointURL)
		}
	})
	return &Client{Logs: logs, Endpoint: endpoint, noKey: noKey}, nil
}

// regionForm is what AWS's command line takes for a region: a part of a host's name.
var regionForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// A RegionError says that a setting is no region.
type RegionError struct{ Setting, Found string }

func (e *RegionError) Error() string {
	return fmt.Sprintf("%s: found %q, want a region such as us-east-1", e.Setting, e.Found)
}

// regionSetting names what says the region.
func regionSetting(o Options, env func(string) string) string {
	if o.Region != "" {
		return "--region"
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if env(name) != "" {
			return name
		}
	}
	return "region of the AWS configuration"
}

// CheckURL returns an error that names --endpoint-url, unless endpoint is a URL of HTTP.
func CheckURL(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("--endpoint-url: found %q, want a URL such as http://%s", endpoint, config.DefaultListen)
	}
	return nil
}

// Local tells whether endpoint is on this machine.
func Local(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && config.Loopback(u.Hostname())
}

// Region returns the region that is asked.
func (c *Client) Region() string { return c.Logs.Options().Region }

// Code returns the code of an error that the service answered with, or "".
func Code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Explain returns err as people want to read it: without the SDK's account of what it tried.
func (c *Client) Explain(err error) error {
	var api smithy.APIError
	var dial *net.OpError
	var unread *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case Denied(err) && errors.As(err, &api):
		return &answer{fmt.Sprintf("%s: %s (%s)", api.ErrorCode(), strings.TrimSuffix(api.ErrorMessage(), "."), c.asked()), err}
	case errors.As(err, &api) && api.ErrorMessage() != "":
		message, _, _ := strings.Cut(api.ErrorMessage(), " (Service: ") // what follows repeats the code, for AWS's support
		return &answer{api.ErrorCode() + ": " + message, err}
	case errors.As(err, &api):
		return &answer{api.ErrorCode(), err}
	case errors.As(err, &dial) && dial.Op == "dial" && c.Endpoint != "":
		return &answer{fmt.Sprintf("nobody answers at %s: %v; is groundwatch serve running?", c.Endpoint, dial.Err), err}
	case untrusted(err):
		bad, _ := errors.AsType[*tls.CertificateVerificationError](err)
		return &answer{fmt.Sprintf("the certificate of %s is not trusted: %v; set AWS_CA_BUNDLE to a file with the authority's", c.Endpoint, bad.Err), err}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &answer{fmt.Sprintf("the server at %s speaks http, not https", c.Endpoint), err}
	case errors.Is(err, errWantsTLS):
		return &answer{fmt.Sprintf("the server at %s speaks https, not http", c.Endpoint), err}
	case errors.As(err, &unread) && c.Endpoint != "":
		return &answer{fmt.Sprintf("what answers at %s is no log service", c.Endpoint), err}
	case strings.Contains(err.Error(), "failed to refresh cached credentials"):
		return &answer{"no AWS credentials found; for a server of ours give --endpoint-url, or run: eval \"$(groundwatch env)\"", err}
	}
	return err
}

// denied are the codes with which AWS refuses a caller, rather than a request.
var denied = map[string]bool{
	"AccessDenied": true, "AccessDeniedException": true, "UnrecognizedClientException": true, "InvalidClientTokenId": true,
	"SignatureDoesNotMatch": true, "InvalidSignatureException": true, "ExpiredToken": true, "ExpiredTokenException": true,
	"MissingAuthenticationToken": true, "MissingAuthenticationTokenException": true, "IncompleteSignature": true,
}

// Denied tells whether the service refuses the caller.
func Denied(err error) bool { return denied[Code(err)] }

// asked says with which access key the service is asked.
func (c *Client) asked() string {
	if c.noKey {
		return "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile"
	}
	key, err := c.Logs.Options().Credentials.Retrieve(context.Background()) // it has them since it asked
	if err != nil {
		return "with no access key"
	}
	return "with the access key " + key.AccessKeyID
}

// An answer is an error in our words.
type answer struct {
	text string
	err  error
}

func (a *answer) Error() string { return a.text }
func (a *answer) Unwrap() error { return a.err }

// Unreachable tells whether err says that nobody answered.
func Unreachable(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}
