package transform

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/strictjson"
)

// ParseConfig reads a configuration as it is written in policies: a list of processors in JSON.
func ParseConfig(text string) ([]types.Processor, error) {
	var config []types.Processor
	if err := strictjson.Decode(text, &config); err != nil {
		return nil, fmt.Errorf("it is no list of processors: %w", err)
	}
	return config, nil
}
