package embedded

import (
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// bytesSuffix, behind a field's name, names the column with the bytes, in base64, of those texts that are not UTF-8: Parquet
// has no such texts, and the field's own column shows U+FFFD in their place.
const bytesSuffix = "@base64"

func isText(k column.Kind) bool { return k == column.String || k == column.JSON }

func notUTF8(s string) bool { return !utf8.ValidString(s) }
