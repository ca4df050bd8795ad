package app

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// withSyslog makes settings those of a server that listens for syslog, as that endpoint if it is not "".
func withSyslog(endpoint string) func(*config.Server) {
	return func(c *config.Server) {
		value := "127.0.0.1:0"
		if endpoint != "" {
			value += "=" + endpoint
		}
		c.Syslog, c.Account = append(c.Syslog, value), "111122223333"
	}
}

// configure makes a group and has it take syslog messages.
func configure(t *testing.T, c *cloudwatchlogs.Client, group, endpoint string) {
	t.Helper()
	if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group}); err != nil {
		t.Fatalf("CreateLogGroup(%q) = %v", group, err)
	}
	in := &cloudwatchlogs.PutSyslogConfigurationInput{LogGroupIdentifier: &group}
	if endpoint != "" {
		in.VpcEndpointId = &endpoint
	}
	if _, err := c.PutSyslogConfiguration(t.Context(), in); err != nil {
		t.Fatalf("PutSyslogConfiguration(%q, %q) = %v", group, endpoint, err)
	}
}

// arrived waits until a group has n events, and returns their messages.
func arrived(t *testing.T, c *cloudwatchlogs.Client, group string, n int) []string {
	t.Helper()
	for late := time.Now().Add(time.Minute); ; {
		got := messages(t, c, group)
		if len(got) >= n {
			return got
		}
		if time.Now().After(late) {
			t.Fatalf("%s has %q, want %d events", group, got, n)
		}
	}
}

// say sends text to the server's first port.
func say(t *testing.T, r *running, network, text string) {
	t.Helper()
	c, err := net.Dial(network, r.syslog.Addresses()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func TestSyslogToInsights(t *testing.T) {
	t.Parallel()
	r := start(t, settings(t, withSyslog("")))
	c := r.client("111122223333", "x")
	configure(t, c, "/syslog/devices", "vpce-0abc123def456")

	now := time.Now().UTC()
	say(t, r, "tcp", fmt.Sprintf("<134>1 %s myhost myapp 1234 - - Hello from syslog\n<11>%s web-1 sshd[7]: Failed password for root\n",
		now.Format(time.RFC3339), now.Local().Format(time.Stamp)))
	say(t, r, "udp", "<164>"+now.Local().Format("Jan _2 2006 15:04:05")+" fw-1 : %ASA-4-106023: Deny tcp src a dst b")
	say(t, r, "tcp", "no syslog at all")
	say(t, r, "tcp", "<26>"+now.Format(time.RFC3339)+" box worker[99]: disk is gone\n") // as Go's log/syslog does
	arrived(t, c, "/syslog/devices", 5)

	rows, _ := ask(t, c, "filter severityCode <= 3 | stats count(*) as errors by appName | sort appName", "/syslog/devices")
	if got := texts(rows, "appName") + texts(rows, "errors"); got != "sshd worker1 1" {
		t.Errorf("errors by program: %q, want one each of sshd and worker", got)
	}
	rows, _ = ask(t, c, `filter messageId = "106023" | fields deviceId, hostname, severity, message`, "/syslog/devices")
	if len(rows) != 1 || rows[0]["deviceId"] != "fw-1" || rows[0]["severity"] != "warning" || rows[0]["message"] != "Deny tcp src a dst b" {
		t.Errorf("Cisco's: %q", rows)
	}
	rows, _ = ask(t, c, `filter appName = "myapp" | fields facility, severity, hostname, procId, message, @logStream`, "/syslog/devices")
	if len(rows) != 1 || rows[0]["facility"] != "local0" || rows[0]["severity"] != "info" || rows[0]["hostname"] != "myhost" ||
		rows[0]["procId"] != "1234" || rows[0]["message"] != "Hello from syslog" || rows[0]["@logStream"] != "vpce-0abc123def456_Syslog_eu-west-1" {
		t.Errorf("AWS's test message: %q", rows)
	}
	rows, _ = ask(t, c, `filter @message = "no syslog at all"`, "/syslog/devices")
	if len(rows) != 1 {
		t.Errorf("what is no syslog: %q, want it as it is", rows)
	}
}

func TestSyslogConfigurationsGoWithTheirGroup(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t)).client("111122223333", "x")
	configured := func() int {
		t.Helper()
		out, err := c.ListSyslogConfigurations(t.Context(), &cloudwatchlogs.ListSyslogConfigurationsInput{})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.SyslogConfigurations)
	}
	configure(t, c, "/syslog/old", "vpce-1")
	if n := configured(); n != 1 {
		t.Errorf("there are %d configurations, want one", n)
	}
	if _, err := c.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("/syslog/old")}); err != nil {
		t.Fatal(err)
	}
	if n := configured(); n != 0 {
		t.Errorf("there are %d configurations of a deleted group, want none", n)
	}
	if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/syslog/old")}); err != nil {
		t.Fatal(err)
	}
	if n := configured(); n != 0 {
		t.Errorf("a new group of that name has %d configurations, want none", n)
	}
}

func TestSyslogWithoutConfigurationIsTold(t *testing.T) {
	t.Parallel()
	r := start(t, settings(t, forTests, withSyslog("vpce-1")))
	c := r.client("key", "secret")
	configure(t, c, "/syslog/other", "vpce-2")
	if conn, err := net.Dial("tcp", r.syslog.Addresses()[0].String()); err == nil { // else it was reset at once
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("a connection that nobody wants: Read() = %v, want it reset", err)
		}
		_ = conn.Close()
	}
	say(t, r, "udp", "<13>a")
	for late := time.Now().Add(time.Minute); !strings.Contains(r.events.String(), `"reason":"NoConfiguration","messages":1`); {
		if time.Now().After(late) {
			t.Fatalf("the server tells %s, want that a message was dropped", r.events)
		}
	}
	if _, got := get(t, r.URL()+"/metrics"); !strings.Contains(got, `groundwatch_syslog_dropped_messages_total{reason="NoConfiguration"} 1`) ||
		!strings.Contains(got, `groundwatch_syslog_rejected_connections_total{reason="NoConfiguration"} 1`) || !strings.Contains(got, `groundwatch_syslog_messages_total{network="udp"} 1`) {
		t.Errorf("/metrics: %s", got)
	}
	configure(t, c, "/syslog/mine", "vpce-1")
	say(t, r, "udp", "<13>b")
	if got := arrived(t, c, "/syslog/mine", 1); !strings.Contains(got[0], `"message":"b"`) {
		t.Errorf("/syslog/mine has %q", got)
	}
	if _, err := c.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("/syslog/mine")}); err != nil {
		t.Fatal(err)
	}
	say(t, r, "udp", "<13>c")
	for late := time.Now().Add(time.Minute); ; {
		_, got := get(t, r.URL()+"/metrics")
		if strings.Contains(got, `groundwatch_syslog_dropped_messages_total{reason="NoConfiguration"} 2`) {
			break
		}
		if time.Now().After(late) {
			t.Fatalf("/metrics: %s\nwant another message without a configuration: it went with its group", got)
		}
	}
}

func TestSyslogIsStoredWhenTheServerStops(t *testing.T) {
	t.Parallel()
	cfg := settings(t, withSyslog(""))
	first := start(t, cfg)
	c := first.client("111122223333", "x")
	configure(t, c, "/syslog/all", "")
	const n = 1000
	say(t, first, "tcp", strings.Repeat("<13>app: x\n", n))
	say(t, first, "tcp", "<13>app: last") // its line may never end
	arrived(t, c, "/syslog/all", 1)       // so the connections were accepted
	if err := first.stop(); err != nil {
		t.Fatalf("Run() = %v", err)
	}
	second := start(t, cfg)
	if got := messages(t, second.client("111122223333", "x"), "/syslog/all"); len(got) != n+1 {
		t.Errorf("after a restart there are %d events, want %d", len(got), n+1)
	}
}

func TestSyslogOfLogger(t *testing.T) {
	t.Parallel()
	logger, err := exec.LookPath("logger")
	if err != nil {
		t.Skip("there is no logger")
	}
	r := start(t, settings(t, forTests, withSyslog("")))
	c := r.client("key", "secret")
	configure(t, c, "/syslog/all", "")
	_, port, _ := net.SplitHostPort(r.syslog.Addresses()[0].String())
	for _, args := range []string{"--udp", "--tcp", "--tcp --octet-count", "--tcp --rfc3164", "--udp --rfc3164", "--tcp --rfc5424 --msgid ID --sd-id a@1 --sd-param k=\"v\""} {
		cmd := exec.CommandContext(t.Context(), logger, append(strings.Fields(args), "--server", "127.0.0.1", "--port", port, "--tag", "tagged", "--priority", "local3.err", "häß "+args)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("%s: %v, %s", cmd, err, out) // another logger
		}
	}
	arrived(t, c, "/syslog/all", 6)
	rows, _ := ask(t, c, `filter appName = "tagged" and facility = "local3" and severity = "err" and message like /^häß/ | stats count(*) as n`, "/syslog/all")
	if texts(rows, "n") != "6" {
		t.Errorf("of 6 messages %s are as they should be: %q", texts(rows, "n"), messages(t, c, "/syslog/all"))
	}
}

// certify writes a certificate for this machine, and its key, and returns who trusts it.
func certify(t *testing.T) (cert, key string, client *tls.Config) {
	t.Helper()
	server, client := servicetest.Certificate(t)
	private, err := x509.MarshalPKCS8PrivateKey(server.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: server.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, client
}

func TestSyslogOverTLS(t *testing.T) {
	t.Parallel()
	cert, key, trusting := certify(t)
	r := start(t, settings(t, forTests, func(c *config.Server) {
		c.TLSCert, c.TLSKey, c.SyslogTLS = cert, key, []string{"127.0.0.1:0"}
	}))
	c := cloudwatchlogs.New(cloudwatchlogs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(r.URL()), Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: trusting}},
	})
	configure(t, c, "/syslog/secret", "")
	conn, err := tls.Dial("tcp", r.syslog.Addresses()[0].String(), trusting)
	if err != nil {
		t.Fatal(err)
	}
	const message = "<13>1 - h a - - - over TLS\nhä?"
	if _, err := fmt.Fprintf(conn, "%d %s", len(message), message); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if got := arrived(t, c, "/syslog/secret", 1); !strings.Contains(got[0], `"message":"over TLS\nhä?"`) {
		t.Errorf("/syslog/secret has %q", got)
	}
	for _, wrong := range []string{"no/cert.pem", key} {
		cfg := r.cfg
		cfg.TLSCert = wrong
		if _, err := Open(t.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard}); err == nil || !strings.Contains(err.Error(), "--tls-cert "+wrong) {
			t.Errorf("Open() with the certificate %s = %v", wrong, err)
		}
	}
}

func TestSyslogOnAnAddressInUse(t *testing.T) {
	t.Parallel()
	r := start(t, settings(t, forTests, withSyslog("")))
	cfg := settings(t, forTests, withSyslog(""))
	cfg.Syslog = []string{r.syslog.Addresses()[0].String()}
	if _, err := Open(t.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard}); err == nil || !strings.Contains(err.Error(), "listen for syslog on "+cfg.Syslog[0]) {
		t.Errorf("Open() = %v, want that the address is in use", err)
	}
}
