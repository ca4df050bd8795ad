package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/groundwatch/groundwatch/internal/config"
)

// A variable that sends SDKs and AWS's own command line to a server of ours.
type envVariable struct{ name, value string }

// serviceVariables are the endpoints that SDKs know one by one.
var serviceVariables = []string{"CLOUDWATCH_LOGS", "CLOUDWATCH", "EVENTBRIDGE", "XRAY", "CLOUDTRAIL", "STS"}

// environment returns what a process needs to find the server at endpoint. Credentials are dummies: SDKs do not call
// without any.
func environment(endpoint, region, account string, services bool) []envVariable {
	var vars []envVariable
	if services {
		for _, s := range serviceVariables {
			vars = append(vars, envVariable{"AWS_ENDPOINT_URL_" + s, endpoint})
		}
	} else {
		vars = append(vars, envVariable{"AWS_ENDPOINT_URL", endpoint})
	}
	vars = append(vars, envVariable{"AWS_REGION", region}, envVariable{"AWS_DEFAULT_REGION", region})
	if account != "" {
		vars = append(vars, envVariable{"AWS_ACCESS_KEY_ID", account}, envVariable{"AWS_SECRET_ACCESS_KEY", "local"})
	}
	// StartLiveTail would go to stream-127.0.0.1, which is no name.
	return append(vars, envVariable{"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"})
}

func (p *Program) env() *cobra.Command {
	shells := []string{"sh", "fish", "powershell", "dotenv"}
	var endpoint, region, shell string
	var services, keep bool
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what sends AWS's SDKs and command line to a server of ours",
		Example: `  eval "$(groundwatch env)"
  groundwatch env --shell fish | source
  groundwatch env --shell dotenv --endpoint-url http://logs.internal:4586 > .env`,
		Args: noArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			if err := oneOf("--shell", shell, shells...); err != nil {
				return err
			}
			account := config.DefaultAccount
			if keep {
				account = ""
			}
			var b strings.Builder
			for _, v := range environment(endpoint, region, account, services) {
				b.WriteString(assignment(shell, v))
			}
			return p.show(b.String())
		},
	}
	f := cmd.Flags()
	f.StringVar(&endpoint, "endpoint-url", "http://"+config.DefaultListen, "URL of the server")
	f.StringVar(&region, "region", config.DefaultRegion, "region that requests name")
	f.StringVar(&shell, "shell", "sh", "whose assignments: "+strings.Join(shells, ", "))
	f.BoolVar(&services, "service-specific", false, "name only the services that the server has, so that S3 and others still go to AWS")
	f.BoolVar(&keep, "keep-credentials", false, "leave the credentials alone")
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
