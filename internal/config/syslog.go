package config

import (
	"fmt"
	"net"
	"regexp"
	"strings"
)

// A SyslogPort is a value of --syslog or --syslog-tls: ADDRESS or ADDRESS=ENDPOINT.
type SyslogPort struct {
	Listen   string // host:port
	Endpoint string // the id that syslog configurations know it by; "" if by none
	TLS      bool
}

// endpointForm is that of the ids of AWS's VPC endpoints.
var endpointForm = regexp.MustCompile(`^vpce-[0-9a-f]{1,64}$`)

// SyslogPorts returns where syslog messages are listened for. The error names the flag.
func (s *Server) SyslogPorts() ([]SyslogPort, error) {
	var ports []SyslogPort
	for _, flag := range []struct {
		name   string
		values []string
		tls    bool
	}{{"--syslog", s.Syslog, false}, {"--syslog-tls", s.SyslogTLS, true}} {
		if flag.tls && len(flag.values) > 0 && s.TLSCert == "" {
			return nil, fmt.Errorf("%s %s: found no certificate, want --tls-cert and --tls-key", flag.name, flag.values[0])
		}
		for _, v := range flag.values {
			listen, endpoint, named := strings.Cut(v, "=")
			if host, _, err := net.SplitHostPort(listen); err != nil || host == "" {
				return nil, fmt.Errorf("%s: found %q, want host:port such as 127.0.0.1:5514, or 0.0.0.0:5514 for all networks", flag.name, listen)
			}
			if named && !endpointForm.MatchString(endpoint) {
				return nil, fmt.Errorf("%s: found endpoint %q, want an id such as vpce-0123456789abcdef0", flag.name, endpoint)
			}
			ports = append(ports, SyslogPort{listen, endpoint, flag.tls})
		}
	}
	return ports, nil
}
