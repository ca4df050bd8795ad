package dictionary

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"", ""},
		{"_", ""},
		{"order_id", "order id"},
		{"orderID", "order id"},
		{"HTTPServer", "http server"},
		{"order-id.x", "order id x"},
		{"a1b", "a1b"},
		{"Größe", "gr e"},
		{"ID", "id"},
		{"aB", "a b"},
	} {
		if got := strings.Join(Words(tt.name), " "); got != tt.want {
			t.Errorf("Words(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestStyles(t *testing.T) {
	for _, tt := range []struct {
		style Style
		name  string
		fits  bool
		want  string
	}{
		{Snake, "order_id", true, "order_id"},
		{Snake, "orderID", false, "order_id"},
		{Snake, "http.status", true, "http_status"},
		{Snake, "http.", false, "http"},
		{Snake, "1st_order", false, "1st_order"},
		{Snake, "order__id", false, "order_id"},
		{Snake, "", false, ""},
		{Camel, "orderId", true, "orderId"},
		{Camel, "orderID", false, "orderId"},
		{Camel, "order_id", false, "orderId"},
		{Kebab, "order-id", true, "order-id"},
		{Kebab, "Order id", false, "order-id"},
	} {
		if got := tt.style.Fits(tt.name); got != tt.fits {
			t.Errorf("%s.Fits(%q) = %t, want %t", tt.style, tt.name, got, tt.fits)
		}
		if got := tt.style.Write(tt.name); got != tt.want {
			t.Errorf("%s.Write(%q) = %q, want %q", tt.style, tt.name, got, tt.want)
		}
	}
}

func TestBetterNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"OrderPaid", "order_paid"}, {"order paid!", "order_paid"}, {"größe", ""}, {"1st", ""}, {"", ""}, {"…", ""},
	} {
		if got := Snake.Better(tt.name); got != tt.want {
			t.Errorf("Better(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTense(t *testing.T) {
	tags := Tags{Past: []string{"dlq"}}
	for _, tt := range []struct {
		tag    string
		past   bool
		better string
	}{
		{"label_created", true, ""},
		{"user_signed_up", true, ""},
		{"email_sent", true, ""},
		{"message_dead_lettered", true, ""},
		{"migration_undone", true, ""},
		{"buffer_overrun", true, ""},
		{"tax_withheld", true, ""},
		{"not_found", true, ""},
		{"config_read", true, ""},
		{"message_dlq", true, ""},
		{"sending_email", false, "email_sent"},
		{"request_processing", false, "request_processed"},
		{"stopping_worker", false, "worker_stopped"},
		{"payment_error", false, "payment_failed"},
		{"user_login", false, "user_logged_in"},
		{"db_timeout", false, "db_timed_out"},
		{"create_label", false, "label_created"},
		{"email_send", false, "email_sent"},
		{"retry_job", false, "job_retried"},
		{"creates_label", false, "label_created"},
		{"access_denied_error", false, "access_denied"},
		{"rate_limit", false, ""},
		{"memory_usage", false, ""},
		{"order_count", false, ""},
		{"order_late", false, ""},
		{"need_seed", false, ""},
		{"red", false, ""},
		{"login", false, ""},
		{"", false, ""},
	} {
		got := tags.Tense(tt.tag)
		if got.Past != tt.past || got.Better != tt.better || (got.Why == "") != tt.past {
			t.Errorf("Tense(%q) = %+v, want past %t, better %q", tt.tag, got, tt.past, tt.better)
		}
	}
}

// TestBetterTagsArePast checks that no advice is found wanting itself.
func TestBetterTagsArePast(t *testing.T) {
	for verb := range verbs {
		for _, tag := range []string{verb + "_order", "order_" + verb, gerund(verb) + "_order"} {
			if got := (Tags{}).Tense(tag); !got.Past && got.Better != "" && !(Tags{}).Tense(got.Better).Past {
				t.Errorf("Tense(%q) advises %q, which is not past", tag, got.Better)
			}
		}
		if got := Verb(past(verb)); got != verb && irregular[verb] == nil && nouns[verb] == nil {
			t.Errorf("Verb(%q) = %q, want %q", past(verb), got, verb)
		}
	}
	for noun, forms := range nouns {
		if got := (Tags{}).Tense("order_" + forms[0]); !got.Past {
			t.Errorf("%q leads to %q, which is not past", noun, forms[0])
		}
	}
}

func TestSecret(t *testing.T) {
	s := Default().Secrets
	s.Allow = []string{"public_token"}
	for _, tt := range []struct {
		key      string
		word     string
		personal bool
	}{
		{"password", "password", false},
		{"userPassword", "password", false},
		{"password_hash", "password", false},
		{"headers.authorization", "authorization", false},
		{"access_tokens", "token", false},
		{"apiKey", "api_key", false},
		{"card_number", "card_number", true},
		{"tax_id", "tax_id", true},
		{"token_count", "", false},
		{"secret_name", "", false},
		{"tokens_used", "", false},
		{"token_url", "", false},
		{"pwd", "", false},
		{"has_password", "", false},
		{"public_token", "", false},
		{"tokenizer", "", false},
		{"email", "", false},
		{"key", "", false},
		{"", "", false},
	} {
		word, personal := s.Secret(tt.key)
		if word != tt.word || word != "" && personal != tt.personal {
			t.Errorf("Secret(%q) = %q, %t, want %q, %t", tt.key, word, personal, tt.word, tt.personal)
		}
	}
}

func TestUnit(t *testing.T) {
	keys := Default().Keys
	for _, tt := range []struct {
		key  string
		want bool
	}{{"duration_ms", true}, {"bodyBytes", true}, {"ms", true}, {"duration", false}, {"items", false}, {"", false}} {
		if got := keys.Unit(tt.key); got != tt.want {
			t.Errorf("Unit(%q) = %t, want %t", tt.key, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	c, err := Parse([]byte(`{"off": ["keyunit"], "tags": {"maxWords": 3, "past": ["yeeted"]}, "keys": {"style": "camel", "alias": {"mail": ["email"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Tags.MaxWords != 3 || c.Tags.MaxBytes != 48 || c.Keys.Style != Camel || c.Tags.Style != Snake || c.Off[0] != "keyunit" {
		t.Errorf("Parse gave %+v", c)
	}
	if c.Keys.Alias["email"] != nil || c.Keys.Alias["mail"] == nil || c.Keys.Alias["error"] == nil {
		t.Errorf("aliases %v, want mail in place of email, and error", c.Keys.Alias)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "EOF"},
		{"[]", "line 1"},
		{"{\n\"tag\": {}}", `unknown field "tag"`},
		{"{\n\"tests\": 1}", "line 2"},
		{"{} {}", "after the configuration's end"},
		{`{"keys": {"style": "snail"}}`, `keys: style "snail"`},
		{`{"tags": {"style": "snail"}}`, `tags: style "snail"`},
		{`{"tags": {"maxWords": -1}}`, "maxWords -1"},
		{`{"keys": {"alias": {"a": ["c"], "b": ["c"]}}}`, `alias "c" stands for "a" and for "b"`},
		{`{"keys": {"alias": {"a": ["b"], "b": ["c"]}}}`, `"b" is an agreed key and an alias of "a"`},
		{`{"keys": {"alias": {"a": ["a"]}}}`, `"a" is an agreed key and an alias of "a"`},
	} {
		_, err := Parse([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q) = %v, want an error with %q", tt.text, err, tt.want)
		}
	}
}

func TestDefaultIsSound(t *testing.T) {
	if err := Default().check(); err != nil {
		t.Errorf("Default().check() = %v", err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "repo", "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "repo", ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(root, FileName)
	inside := filepath.Join(root, "repo", FileName)
	for _, step := range []struct{ write, want string }{{outside, ""}, {inside, inside}} {
		if err := os.WriteFile(step.write, []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Find(deep); err != nil || got != step.want {
			t.Errorf("Find(%q) = %q, %v, want %q", deep, got, err, step.want)
		}
	}
	if _, err := Read(inside); err != nil {
		t.Errorf("Read(%q) = %v", inside, err)
	}
	if _, err := Read(filepath.Join(deep, FileName)); err == nil {
		t.Error("Read of a file that does not exist gave no error")
	}
}
