package livetail

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// Texts of errors. The rules are AWS's (StartLiveTail in the API reference), the words ours [R].
const (
	textBothStreams       = "LogStream names and LogStream name prefixes are mutually exclusive parameters."
	textStreamsOfOneGroup = "LogStream names and LogStream name prefixes can be specified only with exactly one log group."
	textTimeout           = "The Live Tail session has been open for %v and has timed out."
	textEnding            = "The Live Tail session was ended by the server. Start a new one to go on."
)

func invalidParameter(text string) error { return &types.InvalidParameterException{Message: &text} }

// wrongClass has the words that FilterLogEvents was seen to use.
func wrongClass(name string, class types.LogGroupClass) error {
	return &types.InvalidOperationException{Message: aws.String(fmt.Sprintf(
		"The log group %s is of log-group-class %s. StartLiveTail is not supported for this log class.", name, class))}
}

func tooMany(limit int) error {
	return &types.LimitExceededException{Message: aws.String(fmt.Sprintf("Maximum number of concurrent Live Tail sessions of [%d] reached.", limit))}
}
