package logs

import (
	"encoding/json"
	"strings"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A list names pages of one list: the operation, and the parameters that every page of it must repeat.
type list struct {
	tenant
	purpose string
}

// listOf returns the list of an operation with these parameters.
func (t tenant) listOf(operation string, parameters ...string) list {
	return list{t, operation + "\x00" + strings.Join(parameters, "\x00")}
}

// next returns the token for the page after place, nil if that is no place.
func (s *Service) next(l list, place catalog.Cursor) *string {
	if place == (catalog.Cursor{}) {
		return nil
	}
	return s.seal(l, place)
}

// place returns where the page of a token begins, the zero Cursor without a token.
func (s *Service) place(l list, token *string) (place catalog.Cursor, err error) {
	if token == nil {
		return place, nil
	}
	return place, s.open(l, *token, &place)
}

// seal returns a token of l that holds v.
func (s *Service) seal(l list, v any) *string {
	payload, err := json.Marshal(v)
	if err != nil {
		panic("BUG: no JSON of a token: " + err.Error())
	}
	token := s.sealer.Seal(l.purpose, l.account+"/"+l.region, payload)
	return &token
}

// open reads what seal put into a token of l, into v. Any other token is refused with AWS's text.
func (s *Service) open(l list, token string, v any) error {
	payload, err := s.sealer.Open(l.purpose, l.account+"/"+l.region, token)
	if err != nil || json.Unmarshal(payload, v) != nil {
		return refuse.BadToken()
	}
	return nil
}
