package function

import (
	"math"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

func TestNumericFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E069", "abs", args(f64(-2.5)), f64(2.5)},
		{"an int stays one", "abs", args(i64(-3)), i64(3)},
		{"the smallest int", "abs", args(i64(math.MinInt64)), f64(1 << 63)},
		{"text", "abs", args(str("-4")), i64(4)},
		{"text that is no number", "abs", args(str("x")), null},
		{"a map", "abs", args(jsn("{}")), null},
		{"E069", "ceil", args(f64(-2.5)), i64(-2)},
		{"an int", "ceil", args(i64(7)), i64(7)},
		{"too large for an int", "ceil", args(f64(1e300)), f64(1e300)},
		{"E069", "floor", args(f64(-2.5)), i64(-3)},
		{"E069", "round", args(f64(-2.5)), i64(-3)},
		{"E069", "round", args(f64(2.25), i64(1)), f64(2.3)},
		{"by the decimal that is shown", "round", args(f64(2.675), i64(2)), f64(2.68)},
		{"just below a half", "round", args(f64(0.49999999999999994)), i64(0)},
		{"half", "round", args(f64(0.5)), i64(1)},
		{"the next digit counts", "round", args(f64(9.996), i64(2)), i64(10)},
		{"negative decimals", "round", args(i64(1250), i64(-2)), i64(1300)},
		{"more negative than digits", "round", args(i64(1250), i64(-5)), i64(0)},
		{"up to a digit that was not there", "round", args(i64(950), i64(-3)), i64(1000)},
		{"more decimals than there are", "round", args(f64(0.1), i64(400)), f64(0.1)},
		{"a small number", "round", args(f64(1.25e-7), i64(8)), f64(1.3e-7)},
		{"an int", "round", args(i64(math.MaxInt64), i64(2)), i64(math.MaxInt64)},
		{"decimals as text", "round", args(f64(1.26), str("1")), f64(1.3)},
		{"decimals that are none", "round", args(f64(1.26), str("x")), null},
		{"null decimals", "round", args(f64(1.26), null), null},
		{"a square", "sqrt", args(i64(16)), f64(4)},
		{"of a negative number", "sqrt", args(i64(-1)), null},
		{"of 1", "log", args(i64(1)), f64(0)},
		{"of 0", "log", args(i64(0)), null},
		{"of a negative number", "log", args(i64(-1)), null},
		{"E069", "greatest", args(i64(1), f64(-2.5), i64(7)), i64(7)},
		{"E069", "least", args(i64(1), f64(-2.5)), f64(-2.5)},
		{"nulls and text are skipped", "greatest", args(null, str("x"), str("3"), i64(2)), i64(3)},
		{"nothing is left", "least", args(null, str("x")), null},
		{"ints that floats cannot tell apart", "greatest", args(i64(1<<53), i64(1<<53+1)), i64(1<<53 + 1)},
		{"one place", "haversine", args(i64(52), i64(13), i64(52), i64(13)), f64(0)},
		{"text that is no number", "haversine", args(i64(52), i64(13), i64(52), str("x")), null},
		{"text", "toNumber", args(str(" 12.50 ")), f64(12.5)},
		{"a number", "toNumber", args(i64(5)), i64(5)},
		{"other text", "toNumber", args(str("12ms")), null},
		{"text", "toDouble", args(str("1e3")), i64(1000)},
		{"E080", "toInt", args(str("12.9")), i64(12)},
		{"toward zero", "toInt", args(f64(-12.9)), i64(-12)},
		{"the largest", "toInt", args(f64(math.MaxInt32 + 0.5)), i64(math.MaxInt32)},
		{"overflow", "toInt", args(i64(math.MaxInt32 + 1)), null},
		{"underflow", "toInt", args(i64(math.MinInt32 - 1)), null},
		{"the largest", "toLong", args(str("9223372036854775807")), i64(math.MaxInt64)},
		{"overflow", "toLong", args(str("9223372036854775808")), null},
		{"a fraction", "toLong", args(f64(-0.9)), i64(0)},
	})
	berlinParis := call(t, "haversine", f64(52.52), f64(13.405), f64(48.8566), f64(2.3522))
	if km := berlinParis.Float(); math.Abs(km-877.46) > 0.05 {
		t.Errorf("haversine(Berlin, Paris) = %v, want about 877.46", km)
	}
}

func TestGeneralFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E072", "ispresent", args(null), no},
		{"empty text is present", "ispresent", args(str("")), yes},
		{"E072", "coalesce", args(null, str("10.0.0.5")), str("10.0.0.5")},
		{"empty text is present", "coalesce", args(str(""), str("x")), str("")},
		{"nothing", "coalesce", args(null, null), null},
		{"E080", "if", args(Compare(Lt, f64(-2.5), i64(0)).Value(), str("neg"), str("pos")), str("neg")},
		{"E060: unknown takes the second", "if", args(null, str("slow"), str("fast")), str("fast")},
		{"a map is false", "if", args(jsn("{}"), i64(1), i64(2)), i64(2)},
		{"E080", "case", args(no, str("p"), yes, str("q"), str("r")), str("q")},
		{"the default", "case", args(no, str("p"), null, str("q"), str("r")), str("r")},
		{"no default", "case", args(no, str("p")), null},
		{"a number", "isNumeric", args(f64(1.5)), yes},
		{"text", "isNumeric", args(str("1.5")), yes},
		{"other text", "isNumeric", args(str("1.5s")), no},
		{"null", "isNumeric", args(null), no},
		{"a map", "isNumeric", args(jsn("{}")), no},
		{"bytes, not characters", "messageSize", args(str("é€")), i64(5)},
		{"a number's text", "messageSize", args(i64(-12)), i64(3)},
		{"a map's text", "messageSize", args(jsn(`{"a":1}`)), i64(7)},
		{"nothing is masked", "unmask", args(str("x")), str("x")},
		{"epoch milliseconds", "queryStartTime", nil, i64(1767225600000)},
		{"epoch milliseconds", "queryEndTime", nil, i64(1767229200000)},
		{"milliseconds", "queryTimeRange", nil, i64(3_600_000)},
		{"epoch seconds", "now", nil, i64(1767225600)},
	})
	for _, f := range Scalars() {
		if want := strings.HasPrefix(f.Name, "query") || f.Name == "now"; f.Volatile != want {
			t.Errorf("%s is volatile: %v, want %v", f.Name, f.Volatile, want)
		}
	}
}

// TestOpenWindow asks for the bounds of windows that are open at an end: they are none, not a number of ours.
func TestOpenWindow(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  Env
		want []column.Value // start, end, range
	}{
		{"both ends", Env{}, args(null, null, null)},
		{"no end", Env{Start: 5, End: math.MaxInt64}, args(i64(5), null, null)},
		{"no start", Env{Start: math.MinInt64, End: 5}, args(null, i64(5), null)},
		{"both ends, said so", Env{Start: math.MinInt64, End: math.MaxInt64}, args(null, null, null)},
		{"from the epoch on", Env{Start: 0, End: 5}, args(i64(0), i64(5), i64(5))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i, name := range []string{"queryStartTime", "queryEndTime", "queryTimeRange"} {
				fn, _ := LookupScalar(name)
				if got := fn.Eval(&tt.env, nil); got != tt.want[i] {
					t.Errorf("%s() = %s, want %s", name, show(got), show(tt.want[i]))
				}
			}
		})
	}
}

func TestTextFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E072", "isempty", args(null), yes},
		{"E072", "isempty", args(str("x")), no},
		{"blank is not empty", "isempty", args(str(" ")), no},
		{"E072", "isblank", args(str("  ")), yes},
		{"white space of Unicode", "isblank", args(str("\u00a0\t\n")), yes},
		{"text", "isblank", args(str(" x ")), no},
		{"texts and numbers", "concat", args(str("pay"), str("-"), i64(5), f64(2.5), yes), str("pay-52.51")},
		{"a null makes null", "concat", args(str("a"), null), null},
		{"a timestamp as it is shown", "concat", args(at(0)), str("1970-01-01 00:00:00.000")},
		{"E067", "trim", args(str("  Hello  ")), str("Hello")},
		{"E067", "trim", args(str("xyZxyfooxyxyZ"), str("xyZ")), str("foo")},
		{"no character", "trim", args(str(" a "), str("")), str(" a ")},
		{"E068", "ltrim", args(str("xyZxyfooxyZ"), str("xyZ")), str("fooxyZ")},
		{"E068", "rtrim", args(str("xyZfooxyxyZ"), str("xyZ")), str("xyZfoo")},
		{"characters beyond ASCII", "rtrim", args(str("aéé"), str("é")), str("a")},
		{"null characters", "trim", args(str("a"), null), null},
		{"E067", "strlen", args(str("  Hello  ")), i64(9)},
		{"code points", "strlen", args(str("é€😀")), i64(3)},
		{"a number", "strlen", args(i64(-12)), i64(3)},
		{"a map counts as null", "strlen", args(jsn("{}")), null},
		{"E067", "toupper", args(str("Hello")), str("HELLO")},
		{"E075", "toupper", args(jsn(`{"k":1}`)), null},
		{"beyond ASCII", "tolower", args(str("ÄÖ")), str("äö")},
		{"E067", "substr", args(str("xyZfooxyZ"), i64(3), i64(3)), str("foo")},
		{"to the end", "substr", args(str("xyZfoo"), i64(3)), str("foo")},
		{"code points", "substr", args(str("é€😀x"), i64(1), i64(2)), str("€😀")},
		{"past the end", "substr", args(str("abc"), i64(3)), str("")},
		{"far past the end", "substr", args(str("abc"), f64(1e300), f64(1e300)), str("")},
		{"longer than there is", "substr", args(str("abc"), i64(1), i64(99)), str("bc")},
		{"no length", "substr", args(str("abc"), i64(1), i64(0)), str("")},
		{"a negative start", "substr", args(str("abc"), i64(-1)), null},
		{"a negative length", "substr", args(str("abc"), i64(1), i64(-1)), null},
		{"a start as text", "substr", args(str("abc"), str("1")), str("bc")},
		{"a start that is none", "substr", args(str("abc"), str("x")), null},
		{"of a number", "substr", args(i64(2045), i64(0), i64(1)), str("2")},
		{"E068", "replace", args(str("foo"), str("o"), str("0")), str("f00")},
		{"nothing to look for", "replace", args(str("foo"), str(""), str("x")), str("foo")},
		{"no pattern characters", "replace", args(str("a.b"), str("."), str("$1")), str("a$1b")},
		{"null", "replace", args(str("a"), null, str("b")), null},
		{"E081", "regexReplace", args(str("a1b22"), str("[0-9]+"), str("#")), str("a#b#")},
		{"a group", "regexReplace", args(str("k=v"), str(`(\w)=(\w)`), str("$2=$1")), str("v=k")},
		{"a group before a letter", "regexReplace", args(str("a1"), str(`(\d)`), str("$1x")), str("a1x")},
		{"a group before a digit", "regexReplace", args(str("a1"), str(`(\d)`), str("$10")), str("a10")},
		{"a named group", "regexReplace", args(str("a1"), str(`(?<d>\d)`), str("<${d}>")), str("a<1>")},
		{"the whole match", "regexReplace", args(str("a1"), str(`\d`), str("[$0]")), str("a[1]")},
		{"a dollar", "regexReplace", args(str("a1"), str(`\d`), str("$")), str("a$")},
		{"a dollar before text", "regexReplace", args(str("a1"), str(`\d`), str("$x{")), str("a$x{")},
		{"no match", "regexReplace", args(str("abc"), str(`\d`), str("#")), str("abc")},
		{"a bad pattern", "regexReplace", args(str("abc"), str(`(`), str("#")), null},
		{"null", "regexReplace", args(null, str(`a`), str("#")), null},
		{"E079", "strcontains", args(str("ABC"), str("b")), no},
		{"E079", "strcontains", args(str("ABC"), str("b"), yes), yes},
		{"not ignoring case", "strcontains", args(str("ABC"), str("b"), no), no},
		{"null contains nothing", "strcontains", args(null, str("b")), no},
		{"a map contains nothing", "strcontains", args(jsn(`{"b":1}`), str("b")), no},
		{"a null part", "strcontains", args(str("ABC"), null), null},
		{"E079", "startsWith", args(str("abc"), str("ab")), yes},
		{"not", "startsWith", args(str("abc"), str("b")), no},
		{"null", "startsWith", args(null, str("b")), null},
		{"yes", "endsWith", args(str("abc"), str("bc")), yes},
		{"a number", "endsWith", args(i64(404), i64(4)), yes},
		{"E081", "split", args(str("a,b"), str(",")), jsn(`["a","b"]`)},
		{"no delimiter found", "split", args(str("ab"), str(",")), jsn(`["ab"]`)},
		{"empty parts", "split", args(str(",a,"), str(",")), jsn(`["","a",""]`)},
		{"between all characters", "split", args(str("aé"), str("")), jsn(`["a","é"]`)},
		{"characters that JSON escapes", "split", args(str("\"\\\n\x01,\xff"), str(",")), jsn(`["\"\\\n\u0001","` + "\uFFFD" + `"]`)},
	})
}

func TestEncodingFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E077", "urlencode", args(str("a b&c")), str("a+b%26c")},
		{"E077", "urldecode", args(str("a%20b")), str("a b")},
		{"a plus", "urldecode", args(str("a+b")), str("a b")},
		{"malformed", "urldecode", args(str("a%2")), null},
		{"E077", "base64encode", args(str("hi")), str("aGk=")},
		{"E077", "base64decode", args(str("aGk=")), str("hi")},
		{"malformed", "base64decode", args(str("aGk")), null},
		{"bytes that are no text", "base64decode", args(str("/w==")), str("\uFFFD")},
		{"E078", "hexToAscii", args(str("48656c6c6f")), str("Hello")},
		{"with 0x", "hexToAscii", args(str("0x4869")), str("Hi")},
		{"an odd digit", "hexToAscii", args(str("486")), null},
		{"E078", "hexToDec", args(str("0xff")), i64(255)},
		{"without 0x", "hexToDec", args(str("FF")), i64(255)},
		{"what decToHex writes", "hexToDec", args(str("-0x1f")), i64(-31)},
		{"the largest int", "hexToDec", args(str("7fffffffffffffff")), i64(math.MaxInt64)},
		{"more than 64 bits", "hexToDec", args(str("0x10000000000000000")), str("18446744073709551616")},
		{"too long", "hexToDec", args(str(strings.Repeat("f", maxHex+1))), null},
		{"no digits", "hexToDec", args(str("0x")), null},
		{"malformed", "hexToDec", args(str("0xg1")), null},
		{"two signs", "hexToDec", args(str("--1")), null},
		{"a digit separator", "hexToDec", args(str("f_f")), null},
		{"E078", "decToHex", args(i64(255)), str("0xff")},
		{"negative", "decToHex", args(i64(-255)), str("-0xff")},
		{"the fraction is cut", "decToHex", args(f64(-255.9)), str("-0xff")},
		{"the smallest", "decToHex", args(i64(math.MinInt64)), str("-0x8000000000000000")},
		{"too large", "decToHex", args(f64(1e300)), null},
		{"E079", "md5", args(str("a")), str("0cc175b9c0f1b6a831c399e269772661")},
		{"empty text", "sha256", args(str("")), str("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
	})
}

func TestAddressFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E071", "isValidIp", args(str("10.0.0.5")), yes},
		{"IPv6", "isValidIp", args(str("2001:db8::1")), yes},
		{"other text", "isValidIp", args(str("10.0.0.256")), no},
		{"leading zeros", "isValidIp", args(str("010.0.0.1")), no},
		{"a zone", "isValidIp", args(str("fe80::1%eth0")), no},
		{"empty", "isValidIp", args(str("")), no},
		{"IPv4", "isValidIpV4", args(str("10.0.0.5")), yes},
		{"not IPv6", "isValidIpV4", args(str("::1")), no},
		{"E071", "isValidIpV6", args(str("2001:db8::1")), yes},
		{"IPv4 in IPv6", "isValidIpV6", args(str("::ffff:10.0.0.5")), yes},
		{"not IPv4", "isValidIpV6", args(str("10.0.0.5")), no},
		{"E071", "isIpInSubnet", args(str("10.0.0.5"), str("10.0.0.0/8")), yes},
		{"outside", "isIpInSubnet", args(str("11.0.0.5"), str("10.0.0.0/8")), no},
		{"IPv6", "isIpInSubnet", args(str("2001:db8::1"), str("2001:db8::/32")), yes},
		{"bits after the prefix", "isIpInSubnet", args(str("10.9.0.5"), str("10.1.2.3/8")), yes},
		{"all addresses", "isIpInSubnet", args(str("1.2.3.4"), str("0.0.0.0/0")), yes},
		{"no address", "isIpInSubnet", args(str("x"), str("10.0.0.0/8")), no},
		{"no subnet", "isIpInSubnet", args(str("10.0.0.5"), str("10.0.0.0")), no},
		{"E071", "isIpv4InSubnet", args(str("2001:db8::1"), str("10.0.0.0/8")), no},
		{"inside", "isIpv4InSubnet", args(str("10.0.0.1"), str("10.0.0.0/8")), yes},
		{"inside", "isIpv6InSubnet", args(str("2001:db8::1"), str("2001:db8::/32")), yes},
		{"not IPv4", "isIpv6InSubnet", args(str("10.0.0.1"), str("10.0.0.0/8")), no},
		{"E078", "ipv4ToNumber", args(str("10.0.0.5")), i64(167772165)},
		{"the largest", "ipv4ToNumber", args(str("255.255.255.255")), i64(1<<32 - 1)},
		{"IPv6", "ipv4ToNumber", args(str("::1")), null},
		{"E071", "isPrivateIP", args(str("10.0.0.5")), yes},
		{"172.16/12", "isPrivateIP", args(str("172.31.255.255")), yes},
		{"outside 172.16/12", "isPrivateIP", args(str("172.32.0.0")), no},
		{"unique local", "isPrivateIP", args(str("fd00::1")), yes},
		{"public", "isPublicIP", args(str("8.8.8.8")), yes},
		{"public IPv6", "isPublicIP", args(str("2606:4700::1111")), yes},
		{"private", "isPublicIP", args(str("192.168.0.1")), no},
		{"loopback", "isPublicIP", args(str("127.0.0.1")), no},
		{"link-local", "isPublicIP", args(str("169.254.1.1")), no},
		{"multicast", "isPublicIP", args(str("224.0.0.1")), no},
		{"reserved", "isPublicIP", args(str("203.0.113.5")), no},
		{"other text", "isPublicIP", args(str("x")), no},
		{"documentation", "isReservedIP", args(str("203.0.113.5")), yes},
		{"future use", "isReservedIP", args(str("240.0.0.1")), yes},
		{"documentation, IPv6", "isReservedIP", args(str("2001:db8::1")), yes},
		{"private is not reserved", "isReservedIP", args(str("10.0.0.1")), no},
		{"public", "isReservedIP", args(str("8.8.8.8")), no},
	})
}

func TestJSONFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"a map", "jsonParse", args(str(` {"k": {"z":[1, {"q":7}]}} `)), jsn(`{"k":{"z":[1,{"q":7}]}}`)},
		{"compact text stays", "jsonParse", args(str(`[1,"a b"]`)), jsn(`[1,"a b"]`)},
		{"blanks in text stay", "jsonParse", args(str("{\"a b\" :\t\" \\\" \"\r\n}")), jsn(`{"a b":" \" "}`)},
		{"a map is itself", "jsonParse", args(jsn(`{}`)), jsn(`{}`)},
		{"a number is empty", "jsonParse", args(str("5")), null},
		{"a text is empty", "jsonParse", args(str(`"a"`)), null},
		{"malformed", "jsonParse", args(str(`{"a":1,}`)), null},
		{"text after it", "jsonParse", args(str(`{} x`)), null},
		{"no UTF-8", "jsonParse", args(str("[\"\xff\"]")), null},
		{"empty text", "jsonParse", args(str(" ")), null},
		{"too deep", "jsonParse", args(str(strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001))), null},
		{"E073", "jsonStringify", args(jsn(`{"z":[1,{"q":7}]}`)), str(`{"z":[1,{"q":7}]}`)},
		{"text", "jsonStringify", args(str(`a"b`)), str(`"a\"b"`)},
		{"a number", "jsonStringify", args(f64(1.5)), str("1.5")},
		{"E076", "jsonArraySize", args(str(`["x","y"]`)), i64(2)},
		{"an empty list", "jsonArraySize", args(str(` [ ] `)), i64(0)},
		{"a list", "jsonArraySize", args(jsn(`[1,[2,3],{"a":4}]`)), i64(3)},
		{"a map", "jsonArraySize", args(str(`{"x":1}`)), null},
		{"other text", "jsonArraySize", args(str(`[`)), null},
		{"a number", "jsonArraySize", args(i64(5)), null},
		{"E076", "jsonArrayContains", args(str(`["x","y"]`), str("y")), yes},
		{"E076", "jsonArrayContains", args(str(`["x","y"]`), str("Y")), no},
		{"a number", "jsonArrayContains", args(str(`[1,2.5]`), f64(2.5)), yes},
		{"a boolean", "jsonArrayContains", args(str(`[true]`), yes), yes},
		{"null is no element", "jsonArrayContains", args(str(`[null]`), str("null")), no},
		{"an inner list is not equal", "jsonArrayContains", args(str(`[["x"]]`), str("x")), no},
		{"malformed", "jsonArrayContains", args(str(`["x"`), str("x")), no},
		{"a map", "jsonArrayContains", args(str(`{"a":"x"}`), str("x")), no},
		{"a missing list", "jsonArrayContains", args(null, str("x")), no},
		{"an empty text", "jsonArrayContains", args(str(""), str("x")), no},
	})
}

func TestScalarChecks(t *testing.T) {
	branches := func(n int) []column.Value { return make([]column.Value, n) }
	for _, tt := range []struct {
		name, fn string
		lits     []column.Value
		want     string // part of the error; "" if there is none
	}{
		{"X25 look-ahead", "regexReplace", args(null, str("(?=x)"), null), `look-ahead "(?=" is not supported at offset 0`},
		{"a back-reference", "regexReplace", args(null, str(`(a)\1`), null), "back-reference"},
		{"a bad pattern", "regexReplace", args(null, str(`(a`), null), "missing closing )"},
		{"a pattern", "regexReplace", args(null, str(`a`), null), ""},
		{"a pattern that is no literal", "regexReplace", args(null, null, null), ""},
		{"a bad subnet", "isIpInSubnet", args(null, str("10.0.0.0/33")), `subnet: got "10.0.0.0/33"`},
		{"a subnet without length", "isIpv4InSubnet", args(null, str("10.0.0.0")), "subnet"},
		{"a subnet", "isIpv6InSubnet", args(null, str("::/0")), ""},
		{"a period of zero", "datefloor", args(null, str("0m")), "want 1 or more"},
		{"a negative period", "dateceil", args(null, str("-5m")), "want 1 or more"},
		{"an unknown unit", "date_floor", args(null, str("5x")), `unknown unit "x"`},
		{"a period", "date_ceil", args(null, str("5m")), ""},
		{"ten conditions and a default", "case", branches(21), ""},
		{"eleven conditions", "case", branches(22), "got 11 conditions, want at most 10"},
		{"a date pattern", "parseDate", args(null, str("yyyy-MM-dd"), str("Europe/Berlin")), ""},
		{"a bad date pattern", "parseDate", args(null, str("yyyy-QQ")), "letter Q is not supported"},
		{"a bad zone", "parseDate", args(null, null, str("Europe/Nowhere")), `time zone: got "Europe/Nowhere"`},
		{"the machine's zone", "formatDate", args(null, null, str("Local")), `time zone: got "Local"`},
		{"an unknown code", "formatDate", args(null, str("%Y-%!")), "unknown code %!"},
		{"an open code", "strftime", args(null, str("100%")), "ends in the middle of a code"},
	} {
		f, ok := LookupScalar(tt.fn)
		if !ok {
			t.Fatal(tt.fn)
		}
		err := f.Check(literals(tt.lits...))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: Check = %v, want %q", tt.fn, tt.name, err, tt.want)
		}
	}
}
