package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/app"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// A variable that sends SDKs and AWS's own command line to a server of ours.
type envVariable struct{ name, value string }

// endpointVariables return what names the endpoint: for all services, or for each of services, by AWS's name of it.
func endpointVariables(endpoint string, services []string) []envVariable {
	if services == nil {
		return []envVariable{{"AWS_ENDPOINT_URL", endpoint}}
	}
	var vars []envVariable
	for _, s := range services {
		vars = append(vars, envVariable{"AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(s, " ", "_")), endpoint})
	}
	return vars
}

// regionVariables name the region: SDKs read the one, AWS's command line the other.
func regionVariables(region string) []envVariable {
	return []envVariable{{"AWS_REGION", region}, {"AWS_DEFAULT_REGION", region}}
}

// keyVariables are dummies: SDKs do not call without credentials.
func keyVariables(account string) []envVariable {
	return []envVariable{{"AWS_ACCESS_KEY_ID", account}, {"AWS_SECRET_ACCESS_KEY", "local"}}
}

// noPrefix keeps StartLiveTail from going to stream-127.0.0.1, which is no name.
var noPrefix = envVariable{"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"}

// environment returns what a process needs to find the server at endpoint, and nothing else.
func environment(endpoint, region, account string) []envVariable {
	return slices.Concat(endpointVariables(endpoint, nil), regionVariables(region), keyVariables(account), []envVariable{noPrefix})
}

// An envRequest is what env was asked for.
type envRequest struct {
	endpoint, region string
	regionGiven      bool
	services         bool // only those that the server has
	keep             bool // the credentials
}

// variables returns what env prints. Where other services still go to AWS, so do the credentials and the region; dummies are for
// those who have none and a server on this machine, which does not look at them.
func (p *Program) variables(r envRequest) ([]envVariable, error) {
	var services []string
	others := false // go to AWS, with credentials of their own
	if r.services {
		var err error
		if services, err = app.WorkingServices(); err != nil {
			return nil, err
		}
		others = !remote.Local(r.endpoint) || p.hasCredentials()
	}
	vars := endpointVariables(r.endpoint, services)
	if !others || r.regionGiven {
		vars = append(vars, regionVariables(r.region)...)
	}
	if !others && !r.keep {
		vars = append(vars, keyVariables(config.DefaultAccount)...)
	}
	return append(vars, noPrefix), nil
}

// hasCredentials tells whether the environment has credentials for AWS, or a file of AWS's configuration that may.
func (p *Program) hasCredentials() bool {
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
	} {
		if p.Env(name) != "" {
			return true
		}
	}
	for _, file := range []struct{ variable, name string }{
		{"AWS_SHARED_CREDENTIALS_FILE", "credentials"}, {"AWS_CONFIG_FILE", "config"},
	} {
		path := p.Env(file.variable)
		if path == "" {
			path = filepath.Join(p.Env("HOME"), ".aws", file.name)
		}
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

func (p *Program) env() *cobra.Command {
	shells := []string{"sh", "fish", "powershell", "dotenv"}
	var r envRequest
	var shell string
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what sends AWS's SDKs and command line to a server of ours",
		Long: `Prints the assignments that send AWS's SDKs and command line to a server of ours, with credentials and a region, which they do
not call without. With --service-specific other services go on to AWS; credentials and the region are then left as they are, unless
the server is on this machine and no credentials are found in the environment or AWS's files.`,
		Example: `  eval "$(groundwatch env)"
  groundwatch env --shell fish | source
  groundwatch env --shell dotenv --endpoint-url http://logs.internal:4586 > .env`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("--shell", shell, shells...); err != nil {
				return err
			}
			if err := remote.CheckURL(r.endpoint); err != nil {
				return &exitError{ExitUsage, err}
			}
			if err := config.CheckRegion(r.region); err != nil {
				return &exitError{ExitUsage, err}
			}
			r.regionGiven = cmd.Flags().Changed("region")
			vars, err := p.variables(r)
			if err != nil {
				return err
			}
			var b strings.Builder
			for _, v := range vars {
				b.WriteString(assignment(shell, v))
			}
			return p.show(b.String())
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.endpoint, "endpoint-url", "http://"+config.DefaultListen, "URL of the server")
	f.StringVar(&r.region, "region", config.DefaultRegion, "region that requests name")
	f.StringVar(&shell, "shell", "sh", "whose assignments: "+strings.Join(shells, ", "))
	f.BoolVar(&r.services, "service-specific", false, "name only services that the server has operations of, so that S3, STS and others still go to AWS")
	f.BoolVar(&r.keep, "keep-credentials", false, "leave the credentials alone")
	offer(cmd, "shell", shells...)
	offer(cmd, "endpoint-url")
	offer(cmd, "region")
	return cmd
}

// assignment returns the line with which a shell sets a variable.
func assignment(shell string, v envVariable) string {
	quoted := "'" + strings.ReplaceAll(v.value, "'", `'\''`) + "'"
	switch shell {
	case "fish":
		return fmt.Sprintf("set -gx %s '%s'\n", v.name, strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(v.value))
	case "powershell":
		return fmt.Sprintf("$Env:%s = '%s'\n", v.name, strings.ReplaceAll(v.value, "'", "''"))
	case "dotenv":
		return fmt.Sprintf("%s=%s\n", v.name, v.value)
	}
	return fmt.Sprintf("export %s=%s\n", v.name, quoted)
}
