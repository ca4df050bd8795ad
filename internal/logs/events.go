package logs

import "github.com/groundwatch/groundwatch/internal/op"

// eventOperations returns the operations on events.
func (s *Service) eventOperations() []op.Operation { return nil }
