package secret

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"

	"github.com/groundwatch/groundwatch/eventlog"
)

type login struct {
	Name     string
	Password string
}

type account struct {
	Login *login `json:"login"`
	Next  *account
}

type hidden struct{ Password string }

func (hidden) LogValue() slog.Value { return slog.StringValue("hidden") }

type quiet struct {
	Password string `json:"-"`
	token    string
	Kept     hidden
	Tokens   int
	Token    eventlog.Redacted
}

func faults(ctx context.Context, word string, r *http.Request, u *url.URL, l login, a []account) {
	eventlog.Info(ctx, "user_signed_in", slog.String("password", word))                // want `secret: the key "password" says that the value is a secret \(password\).*eventlog.Secret\("password", …\)`
	slog.InfoContext(ctx, "signed in", "access_token", word)                           // want `secret: the key "access_token"`
	eventlog.Info(ctx, "user_seen", slog.Any("card_number", 4111))                     // near miss: known to who reads the source
	eventlog.Info(ctx, "user_paid", slog.String("iban", word))                         // want `secret: the key "iban" says that the value is personal data \(iban\)`
	eventlog.Info(ctx, "user_called", slog.Group("headers", slog.Any("Cookie", word))) // want `secret: the key "headers.Cookie"` `keycase: the key "Cookie"`
	eventlog.Info(ctx, "page_read", slog.Any("headers", r.Header))                     // want `secret: net/http.Header would be written in clear`
	eventlog.Info(ctx, "page_written", slog.Any("request", r))                         // want `secret: net/http.Request would`
	eventlog.Info(ctx, "page_found", slog.Any("url", u))                               // want `secret: net/url.URL would .*u.Redacted\(\)`
	eventlog.Info(ctx, "user_found", slog.Any("login", l))                             // want `secret: the field Password of login would`
	eventlog.Info(ctx, "users_found", slog.Any("accounts", a))                         // want `secret: the field Login.Password of \[\]account would`
	eventlog.Info(ctx, "service_started", slog.Any("environment", os.Environ()))       // want `secret: the environment would`
}

const apiKey = "sk-live-4711-0815"

const tokenKind = "bearer"

func inSource(ctx context.Context, r *http.Request, token, note string) {
	eventlog.Info(ctx, "service_called", slog.String("api_key", apiKey))                                 // want `secret: the key "api_key"`
	eventlog.Info(ctx, "service_chosen", slog.String("token", tokenKind))                                // near miss: a word
	eventlog.Info(ctx, "cookies_read", slog.Any("cookies", r.Cookies()))                                 // want `secret: the key "cookies"|secret: net/http.Cookie would`
	eventlog.Info(ctx, "headers_read", slog.Any("values", r.Header["Cookie"]))                           // want `secret: r.Header\["Cookie"\] is a secret by its name`
	eventlog.Info(ctx, "form_read", slog.Any("form", map[string]any{"password": note}))                  // want `secret: the member password would`
	eventlog.Info(ctx, "form_checked", slog.Any("form", map[string]any{"password": "given", "a": note})) // near miss
	eventlog.Info(ctx, "text_read", slog.String("text", fmt.Sprintf("t=%s", token)))                     // want `secret: fmt.Sprintf\(.* is a secret by its name`
}

func labelled(ctx context.Context, token, note string, n int) {
	eventlog.Info(ctx, "text_sent", slog.String("text", fmt.Sprintf("t=%d token=%s", n, note)))                // want `secret: fmt.Sprintf\(.* is a secret by its name \(token\)`
	eventlog.Info(ctx, "text_kept", slog.String("text", "Authorization: Bearer "+note))                        // want `secret: .* is a secret by its name \(authorization\)`
	eventlog.Info(ctx, "text_made", slog.String("text", "name="+note+", password="+note))                      // want `secret: .* is a secret by its name \(password\)`
	eventlog.Info(ctx, "text_lost", slog.String("text", fmt.Sprint("secret: ", note)))                         // want `secret: .* is a secret by its name \(secret\)`
	eventlog.Info(ctx, "text_seen", slog.String("text", fmt.Sprintf("tokens: %d of %s", n, note)))             // near miss
	eventlog.Info(ctx, "text_held", slog.String("text", fmt.Sprintf("token=%s", maskAll(note))))               // near miss
	eventlog.Info(ctx, "text_cut", slog.String("text", "name="+note), slog.String("ssn", "not given"))         // near misses
	eventlog.Info(ctx, "number_kept", slog.String("ssn", "123-45-6789"), slog.String("password", "unchanged")) // want `secret: the key "ssn"`
}

func named(ctx context.Context, r *http.Request, u *url.URL, l login, apiKey string) {
	eventlog.Info(ctx, "key_read", slog.String("value", apiKey))                                         // want `secret: apiKey is a secret by its name \(api_key\)`
	eventlog.Info(ctx, "key_sent", slog.String("value", l.Password))                                     // want `secret: l.Password is a secret by its name`
	eventlog.Info(ctx, "key_kept", slog.String("value", os.Getenv("DB_PASSWORD")))                       // want `secret: os.Getenv\("DB_PASSWORD"\) is a secret by its name`
	eventlog.Info(ctx, "key_lost", slog.String("value", r.Header.Get("Authorization")))                  // want `secret: r.Header.Get\("Authorization"\) is a secret by its name`
	eventlog.Info(ctx, "page_shown", slog.String("url", u.String()))                                     // want `secret: a URL would be written in clear: .*u.Redacted\(\)`
	eventlog.Info(ctx, "key_seen", slog.String("value", os.Getenv("HOME")), slog.String("name", l.Name)) // near misses
}

func nearMisses(ctx context.Context, word string, n int, u *url.URL, h hidden, q quiet) {
	eventlog.Info(ctx, "user_hidden", eventlog.Secret("password", word))
	eventlog.Info(ctx, "tokens_counted", slog.Int("tokens", n), slog.Int("token_count", n), slog.String("secret_name", word))
	eventlog.Info(ctx, "user_masked", slog.String("password", maskAll(word)), slog.Bool("password_set", true))
	eventlog.Info(ctx, "page_sent", slog.String("url", u.Redacted()), slog.String("path", u.Path))
	eventlog.Info(ctx, "user_kept", slog.Any("user", h), slog.Any("quiet", q), slog.Any("password", h))
	eventlog.Info(ctx, "user_mailed", slog.String("email", word))
}

func maskAll(string) string { return "***" }
