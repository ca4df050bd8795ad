package textfind_test

import (
	"testing"

	"github.com/groundwatch/groundwatch/internal/textfind"
)

func TestFinders(t *testing.T) {
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
	for _, tt := range []struct {
		name       string
		find       func(s []byte, from int) (start, end int)
		text, want string
	}{
		{"Email", textfind.Email, "a@b.ch", "a@b.ch"},
		{"Email", textfind.Email, "<a.b-c_d%e+f@x-y.example.org>.", "a.b-c_d%e+f@x-y.example.org"},
		{"Email", textfind.Email, "to=a@b.ch&x", "a@b.ch"},
		{"Email", textfind.Email, "müller@bücher.example", "müller@bücher.example"},
		{"Email", textfind.Email, "'a@b.ch'", "a@b.ch"},
		{"Email", textfind.Email, "a@@b.ch x@localhost @b.ch a@ a@b.c a@.ch a@b..", ""},
		{"Email", textfind.Email, "a@b, c@d.org", "c@d.org"},
		{"Card", textfind.Card, "4111111111111111", "4111111111111111"},
		{"Card", textfind.Card, "4111 1111 1111 1111 22", "4111 1111 1111 1111"},
		{"Card", textfind.Card, "x 3782-822463-10005.", "3782-822463-10005"},
		{"Card", textfind.Card, "4111111111111112", ""},
		{"Card", textfind.Card, "1111 4111 1111 1111 1111", "4111 1111 1111 1111"},
		{"Card", textfind.Card, "x4111111111111111 4111111111111111x 0.4111111111111111 4111111111111111.5", ""},
		{"Card", textfind.Card, "1522334402823", ""},
		{"Card", textfind.Card, "411111111111", ""},
		{"Card", textfind.Card, "6304000000000000000", "6304000000000000000"},
		{"IPv4", textfind.IPv4, "client 192.0.2.9:443", "192.0.2.9"},
		{"IPv4", textfind.IPv4, "1.2.3 1.2.3.256 1.2.3.4.5 v1.2.3.4 01.2.3.4 1.2.3.4a", ""},
		{"IPv4", textfind.IPv4, "0.0.0.0.", "0.0.0.0"},
		{"IPv4", textfind.IPv4, "255.255.255.255", "255.255.255.255"},
		{"IBAN", textfind.IBAN, "CH93 0076 2011 6238 5295 7, thanks", "CH93 0076 2011 6238 5295 7"},
		{"IBAN", textfind.IBAN, "to:DE89370400440532013000.", "DE89370400440532013000"},
		{"IBAN", textfind.IBAN, "NO9386011117947", "NO9386011117947"},
		{"IBAN", textfind.IBAN, "DE88370400440532013000 xDE89370400440532013000 DE8937040044053201300012345678901234567", ""},
		{"JWT", textfind.JWT, "Bearer " + jwt + " x", jwt},
		{"JWT", textfind.JWT, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0."},
		{"JWT", textfind.JWT, "eyJhbGciOiJIUzI1NiJ9.x.y eyJ eyJ.eyJ", ""},
		{"AWSKey", textfind.AWSKey, "key AKIAIOSFODNN7EXAMPLE.", "AKIAIOSFODNN7EXAMPLE"},
		{"AWSKey", textfind.AWSKey, "ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"},
		{"AWSKey", textfind.AWSKey, "AKIAIOSFODNN7EXAMPL xAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLEX ABIAIOSFODNN7EXAMPLE", ""},
	} {
		got := ""
		if start, end := tt.find([]byte(tt.text), 0); start >= 0 {
			got = tt.text[start:end]
		}
		if got != tt.want {
			t.Errorf("%s(%q) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}
