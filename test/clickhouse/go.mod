module github.com/groundwatch/groundwatch/test/clickhouse

go 1.26.0

require (
	github.com/ebitengine/purego v0.11.3
	github.com/groundwatch/groundwatch v0.0.0
)

replace github.com/groundwatch/groundwatch => ../..
