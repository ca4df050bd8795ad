package queries

import (
	"context"
	"encoding/json"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// sealToken returns the caller's token for the place where a page begins. It is good for lists of the same purpose.
func sealToken(ctx context.Context, s *Service, purpose string, at any) *string {
	payload, err := json.Marshal(at)
	if err != nil {
		panic("BUG: no JSON of a token: " + err.Error())
	}
	p := placeOf(ctx)
	token := s.opts.Sealer.Seal(purpose, p.account+"/"+p.region, payload)
	return &token
}

// openToken returns where a page begins: the zero place without a token.
func openToken[T any](ctx context.Context, s *Service, purpose string, token *string) (at T, err error) {
	if token == nil {
		return at, nil
	}
	p := placeOf(ctx)
	payload, err := s.opts.Sealer.Open(purpose, p.account+"/"+p.region, *token)
	if err != nil || json.Unmarshal(payload, &at) != nil {
		return at, refuse.BadToken()
	}
	return at, nil
}
