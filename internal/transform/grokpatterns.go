package transform

import "strings"

// innerFields are what some patterns put into the event beside their own field (the tables of grok patterns in the user guide).
var innerFields = map[string][]string{
	"HOSTPORT":       {"PORT"},
	"URIHOST":        {"port"},
	"SYSLOGPROG":     {"program", "pid"},
	"SYSLOGFACILITY": {"facility", "priority"},
}

// The pieces that patterns share. None has a group of its own.
const (
	grokInt      = `[+-]?[0-9]+`
	grokNumber   = `[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)`
	grokIPv4     = `\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\b`
	grokIPv6     = `(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?(?::?(?:[0-9]{1,3}\.){3}[0-9]{1,3})?`
	grokHost     = `\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*\.?\b`
	grokIPOrHost = grokIPv6 + `|` + grokIPv4 + `|` + grokHost
	grokMonth    = `\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b`
	grokDay      = `\b(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)\b`
	grokMonthNum = `(?:0?[1-9]|1[0-2])`
	grokMonthDay = `(?:0[1-9]|[12][0-9]|3[01]|[1-9])`
	grokYear     = `(?:[0-9]{4}|[0-9]{2})`
	grokHour     = `(?:2[0-3]|[01]?[0-9])`
	grokMinute   = `[0-5][0-9]`
	grokSecond   = `(?:60|[0-5]?[0-9])(?:[:.,][0-9]+)?`
	grokTime     = grokHour + `:` + grokMinute + `:` + grokSecond
	grokDateUS   = grokMonthNum + `[/-]` + grokMonthDay + `[/-]` + grokYear
	grokDateEU   = grokMonthDay + `[./-]` + grokMonthNum + `[./-]` + grokYear
	grokDate     = `(?:` + grokDateUS + `|` + grokDateEU + `)`
	grokZone     = `(?:Z|[+-]` + grokHour + `:?` + grokMinute + `)`
	grokTZ       = `(?:[PMCE][SD]T|UTC)`
	grokProg     = `[\w._/%-]+`
	grokUnixPath = `(?:/[\w%!$@:.,+~=?&#-]*)+`
	grokWinPath  = `(?:[A-Za-z]+:|\\)(?:\\[^\\?*\s]*)+`
	grokURIProto = `[A-Za-z]+(?:\+[A-Za-z+]+)?`
	grokURIPath  = `(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+`
	grokURIParam = `\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?<>\[\]-]*`
)

// grokPatterns are the regular expressions of AWS's patterns, which are those of Logstash by their names and AWS's descriptions.
var grokPatterns = func() map[string]string {
	all := map[string]string{
		"USERNAME": `[a-zA-Z0-9._-]+`, "INT": grokInt, "BASE10NUM": grokNumber, "NUMBER": grokNumber,
		"BASE16NUM": `[+-]?(?:0x)?[0-9A-Fa-f]+`, "POSINT": `\b[1-9][0-9]*\b`, "NONNEGINT": `\b[0-9]+\b`,
		"WORD": `\b\w+\b`, "NOTSPACE": `\S+`, "SPACE": `\s*`, "DATA": `.*?`, "GREEDYDATA": `.*`, "GREEDYDATA_MULTILINE": `(?s:.*)`,
		"QUOTEDSTRING": `"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`,
		"UUID":         `[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}`,
		"URN":          `urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:[0-9A-Za-z()+,.:=@;$_!*'/?#%-]+`,
		"ARN":          `arn:aws(?:-cn|-us-gov)?:[a-zA-Z0-9-]+:(?:[a-z0-9-]+:)?[0-9]{12}:[\w:.@=+,*-]+(?:/[\w:.@=+,*-]+){0,5}`,
		"CISCOMAC":     `(?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4}`, "WINDOWSMAC": `(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2}`, "COMMONMAC": `(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}`,
		"IPV6": grokIPv6, "IPV4": grokIPv4, "IP": grokIPv6 + `|` + grokIPv4, "HOSTNAME": grokHost, "IPORHOST": grokIPOrHost,
		"HOSTPORT": `(?:` + grokIPOrHost + `):([1-9][0-9]*)`, "URIHOST": `(?:` + grokIPOrHost + `)(?::([1-9][0-9]*))?`,
		"UNIXPATH": grokUnixPath, "WINPATH": grokWinPath, "PATH": grokUnixPath + `|` + grokWinPath, "TTY": `/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?[0-9]*`,
		"URIPROTO": grokURIProto, "URIPATH": grokURIPath, "URIPARAM": grokURIParam, "URIPATHPARAM": grokURIPath + `(?:` + grokURIParam + `)?`,
		"URI":   grokURIProto + `://(?:[^\s/@:]+(?::[^\s/@]*)?@)?(?:` + grokIPOrHost + `)(?::[0-9]+)?(?:` + grokURIPath + `(?:` + grokURIParam + `)?)?`,
		"MONTH": grokMonth, "MONTHNUM": grokMonthNum, "MONTHNUM2": `(?:0[1-9]|1[0-2])`, "MONTHDAY": grokMonthDay, "YEAR": grokYear, "DAY": grokDay,
		"HOUR": grokHour, "MINUTE": grokMinute, "SECOND": grokSecond, "TIME": grokTime, "DATE_US": grokDateUS, "DATE_EU": grokDateEU, "DATE": grokDate,
		"ISO8601_TIMEZONE": grokZone, "ISO8601_SECOND": grokSecond,
		"TIMESTAMP_ISO8601":  grokYear + `-` + grokMonthNum + `-` + grokMonthDay + `[T ]` + grokHour + `:?` + grokMinute + `(?::?` + grokSecond + `)?` + grokZone + `?`,
		"DATESTAMP":          grokDate + `[ -]` + grokTime,
		"TZ":                 grokTZ,
		"DATESTAMP_RFC822":   grokDay + ` ` + grokMonth + ` ` + grokMonthDay + ` ` + grokYear + ` ` + grokTime + ` ` + grokTZ,
		"DATESTAMP_RFC2822":  grokDay + `, ` + grokMonthDay + ` ` + grokMonth + ` ` + grokYear + ` ` + grokTime + ` ` + grokZone,
		"DATESTAMP_OTHER":    grokDay + ` ` + grokMonth + ` ` + grokMonthDay + ` ` + grokTime + ` ` + grokTZ + ` ` + grokYear,
		"DATESTAMP_EVENTLOG": grokYear + `(?:0[1-9]|1[0-2])` + grokMonthDay + grokHour + grokMinute + `(?:60|[0-5]?[0-9])`,
		"LOGLEVEL":           `[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|[Ee]merg(?:ency)?|EMERG(?:ENCY)?`,
		"HTTPDATE":           grokMonthDay + `/` + grokMonth + `/` + grokYear + `:` + grokTime + ` ` + grokInt,
		"SYSLOGTIMESTAMP":    grokMonth + ` +` + grokMonthDay + ` ` + grokTime,
		"PROG":               grokProg, "SYSLOGPROG": `(` + grokProg + `)(?:\[([1-9][0-9]*)\])?`,
		"SYSLOGHOST": grokIPOrHost, "SYSLOGFACILITY": `<([0-9]+)\.([0-9]+)>`,
	}
	all["USER"], all["HOST"] = all["USERNAME"], all["HOSTNAME"]
	all["MAC"] = strings.Join([]string{all["CISCOMAC"], all["WINDOWSMAC"], all["COMMONMAC"]}, "|")
	return all
}()
