package logs

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
)

// Policies say what becomes of the events of groups beside being stored.
type Policies interface {
	// Lens returns how the events of a group are seen, nil if they are seen as they are. An error means that nobody may see them.
	Lens(ctx context.Context, g *Group) (Lens, error)

	// Protection returns whether the group has a data protection policy, or had one, "" if not, and whether the account has one.
	Protection(ctx context.Context, g *Group) (status types.DataProtectionStatus, inherited bool, err error)

	// Indexed returns the fields of the group that are indexed.
	Indexed(ctx context.Context, g *Group) ([]string, error)
}

// A Lens is how the events of a group are seen whose policies hide or transform them. It is safe for concurrent use.
type Lens interface {
	// Hide returns a message with asterisks in place of what was sensitive when it was stored, in ms.
	Hide(message string, stored int64) string

	// Fields returns the text that the fields of a message are found in: what Hide returns, or the message itself with unmask, or what
	// a transformer made of that.
	Fields(message string, stored int64, unmask bool) string

	// Took tells of messages of a stream that were stored. It returns what all see of them who act on them: as Hide has them, and what a
	// transformer made of them; the same slice if there is none.
	Took(ctx context.Context, stream string, messages []string, stored int64) (hidden, transformed []string)
}

// lens returns how the events of g are seen; nil if as they are.
func (s *Service) lens(ctx context.Context, g *Group) (Lens, error) {
	if s.opts.Policies == nil {
		return nil, nil
	}
	return s.opts.Policies.Lens(ctx, g)
}

// hide puts asterisks into the messages of b, which are g's, unless they are to be seen unmasked. Who may see them so, is decided before.
func (s *Service) hide(ctx context.Context, g *Group, unmask bool, b *eventBatch) error {
	l, err := s.lens(ctx, g)
	if err != nil || l == nil || unmask {
		return err
	}
	texts := make([]string, b.n)
	for i := range texts {
		texts[i] = l.Hide(*b.message(i), b.ingested[i])
	}
	b.messages = &column.Column{Kind: column.String, Len: b.n, Strings: texts}
	return nil
}

// fieldTexts returns b, whose events are g's, with the texts that their fields are found in.
func (s *Service) fieldTexts(ctx context.Context, g *Group, unmask bool, b *eventBatch) (*eventBatch, error) {
	l, err := s.lens(ctx, g)
	if err != nil || l == nil {
		return b, err
	}
	texts := make([]string, b.n)
	for i := range texts {
		texts[i] = l.Fields(*b.message(i), b.ingested[i], unmask)
	}
	return &eventBatch{n: b.n, messages: &column.Column{Kind: column.String, Len: b.n, Strings: texts}}, nil
}

// Lens returns how the events of g are seen; nil if as they are.
func (s *Service) Lens(ctx context.Context, g *Group) (Lens, error) { return s.lens(ctx, g) }
