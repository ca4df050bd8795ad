module github.com/groundwatch/groundwatch/examples/labels

go 1.26

require github.com/groundwatch/groundwatch/eventlog v0.0.0

replace github.com/groundwatch/groundwatch/eventlog => ../../eventlog
