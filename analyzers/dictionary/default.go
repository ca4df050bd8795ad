package dictionary

import (
	"maps"
	"slices"
)

// Default returns the configuration that holds where a team has none. The caller may change it.
func Default() Config {
	return Config{
		Tags: Tags{Style: Snake, MaxWords: 6, MaxBytes: 48},
		Keys: Keys{
			Style:    Snake,
			Reserved: slices.Clone(reserved),
			Units:    slices.Clone(units),
			Alias:    maps.Clone(aliases),
		},
		Secrets: Secrets{Words: slices.Clone(secretWords), Personal: slices.Clone(personalWords)},
	}
}

// reserved are the keys of an event's head and of the logger's own fields (eventlog's package documentation).
var reserved = []string{"time", "level", "tag", "fn", "pkg", "service", "env", "version", "truncated", "truncated_keys"}

// units are the last words of keys that say what a number counts.
var units = []string{
	"ns", "us", "ms", "s", "sec", "secs", "seconds", "minutes", "hours", "days",
	"b", "bytes", "kb", "mb", "gb", "kib", "mib", "gib", "bits",
	"count", "total", "percent", "pct", "ratio", "rate", "rps", "hz", "cents",
}

// aliases are names that teams were seen to write for one another; the key is the one that eventlog writes
// where it writes one, else the plainest.
var aliases = map[string][]string{
	"error":           {"err", "error_message", "error_msg", "err_msg", "errmsg"},
	"request_id":      {"req_id", "reqid", "requestid", "rid", "x_request_id"},
	"user_id":         {"userid", "uid", "usr_id"},
	"organisation_id": {"organization_id", "org_id", "orgid"},
	"correlation_id":  {"corr_id", "correlationid", "x_correlation_id"},
	"trace_id":        {"traceid", "trace"},
	"duration_ms":     {"latency_ms", "elapsed_ms", "took_ms", "duration_millis", "time_taken_ms"},
	"email":           {"email_to", "email_address", "e_mail", "mail_address", "email_addr"},
	"method":          {"http_method", "request_method"},
	"status":          {"status_code", "http_status", "statuscode", "http_status_code"},
	"path":            {"url_path", "request_path"},
	"user_agent":      {"useragent", "http_user_agent"},
	"client_ip":       {"ip", "ip_address", "ipaddr", "ip_addr", "client_addr"},
	"attempt":         {"attempt_no", "attempt_number", "try_no"},
}

// secretWords are the words of a key whose value lets somebody in.
var secretWords = []string{
	"password", "passwd", "passphrase", "secret", "token", "jwt", "bearer", "authorization",
	"cookie", "set_cookie", "credential", "credentials", "api_key", "apikey", "private_key", "access_key", "secret_key",
	"signing_key", "encryption_key", "session_key", "otp", "pin_code", "totp", "cvv", "cvc", "dsn",
}

// personalWords are the words of a key whose value the law protects or a thief can use. An address for
// e-mail is not among them: many teams log it on purpose; those who must not add "email".
var personalWords = []string{
	"ssn", "social_security_number", "iban", "passport", "passport_number", "card_number", "pan_number",
	"credit_card", "date_of_birth", "birth_date", "birthday", "dob", "tax_id", "national_id", "driving_licence", "driver_license",
}
