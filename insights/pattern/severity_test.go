package pattern

import "testing"

func TestSeverityOf(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"the level of a JSON event", `{"msg":"error rate is fine","level":"info"}`, "INFO"},
		{"its other names", `{"severityText":"Warning"}`, "WARN"},
		{"a level in logfmt", "msg=ERROR level=debug", "DEBUG"},
		{"a word in capitals", "2026-01-01 [WARN] error budget", "WARN"},
		{"the first of them", "INFO then ERROR", "INFO"},
		{"a bracketed level", "[ERROR] x", "ERROR"},
		{"a word of failure", "java.lang.NullPointerException at x", "ERROR"},
		{"timeouts fail", "Task timed out after 3.00 seconds", "ERROR"},
		{"a word of warning", "this is a warning", "WARN"},
		{"a key is no word of failure", `{"error":null,"failed":0,"msg":"ok"}`, "NONE"},
		{"fatal", `{"level":"FATAL"}`, "FATAL"},
		{"trace", "TRACE x", "TRACE"},
		{"a level unknown to us", `{"level":"odd"}`, "NONE"},
		{"a name that only ends in level", `{"sealevel":"info","msg":"ERROR"}`, "ERROR"},
		{"nothing", "", "NONE"},
		{"unicode", "größe ERROR ü", "ERROR"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := severityOf(string(appendShape(nil, tt.text, nil))); got != tt.want {
				t.Errorf("severity of %s = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}
