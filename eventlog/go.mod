module github.com/groundwatch/groundwatch/eventlog

go 1.26
