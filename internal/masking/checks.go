package masking

import (
	"bytes"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/textfind"
)

// What stands here are checks: numbers and letters as shapes give them, without separators and as capitals. Where a rule is that of a
// country, its authority publishes it.

// values returns the digits of a text as numbers; letters are 10 to 35.
func values(text []byte) []int {
	v := make([]int, len(text))
	for i, c := range text {
		if v[i] = int(c - '0'); isLetter(c) {
			v[i] = int(c-'A') + 10
		}
	}
	return v
}

// weighted returns the sum of digits, each times its weight. Weights begin anew when they end.
func weighted(text []byte, weights ...int) int {
	sum := 0
	for i, v := range values(text) {
		sum += v * weights[i%len(weights)]
	}
	return sum
}

// number returns digits as a number, modulo m.
func number(text []byte, m int) int {
	n := 0
	for _, c := range text {
		n = (n*10 + int(c-'0')) % m
	}
	return n
}

func luhnDigits(text []byte) bool {
	var n [maxShape]byte
	for i, c := range text {
		n[i] = c - '0'
	}
	return textfind.Luhn(n[:len(text)])
}

// cardPrefixes begin the numbers of the cards that AWS names: American Express, Dankort, Diners Club, Discover, Electron, JCB,
// Mastercard, UnionPay and Visa, and Maestro, of which AWS lists numbers for tests.
var cardPrefixes = []string{"34", "37", "5019", "4571", "30", "36", "38", "39", "6011", "64", "65", "4", "35", "2", "51", "52", "53", "54", "55", "50", "56", "57", "58", "59", "6"}

// testCards are the numbers that issuers keep for tests, which AWS does not report.
var testCards = setOf(`122000000000003 2222405343248877 2222990905257051 2223007648726984 2223577120017656 30569309025904
34343434343434 3528000700000000 3530111333300000 3566002020360505 36148900647913 36700102000000 371449635398431 378282246310005
378734493671000 38520000023237 4012888888881881 4111111111111111 4222222222222 4444333322221111 4462030000000000 4484070000000000
4911830000000 4917300800000000 4917610000000000 4917610000000000003 5019717010103742 5105105105105100 5111010030175156
5185540810000019 5200828282828210 5204230080000017 5204740009900014 5420923878724339 5454545454545454 5455330760000018
5506900490000436 5506900490000444 5506900510000234 5506920809243667 5506922400634930 5506927427317625 5553042241984105
5555553753048194 5555555555554444 5610591081018250 6011000990139424 6011000400000000 6011111111111117 630490017740292441
630495060000000000 6331101999990016 6759649826438453 6799990100000000019 76009244561`)

// isCard tells whether digits are the number of a card that is in use.
func isCard(text []byte) bool {
	return slices.ContainsFunc(cardPrefixes, func(p string) bool { _, ok := cut(text, p); return ok }) && luhnDigits(text) && !testCards[string(text)]
}

// setOf returns the words of a text.
func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// isUSSsn tells whether digits can be a number of the Social Security Administration.
func isUSSsn(d []byte) bool {
	area := string(d[:3])
	return area != "000" && area != "666" && area[0] != '9' && string(d[3:5]) != "00" && string(d[5:]) != "0000"
}

// isITIN tells whether digits can be a number of the IRS for who has none of the SSA.
func isITIN(d []byte) bool {
	group := number(d[3:5], 100)
	return d[0] == '9' && (group >= 50 && group <= 65 || group >= 70 && group <= 88 || group >= 90 && group <= 92 || group >= 94)
}

// isESSsn checks the two last digits of a number of Spain's social security.
func isESSsn(d []byte) bool {
	n := number(d[2:10], 100_000_000)
	if n < 10_000_000 {
		n += number(d[:2], 100) * 10_000_000
	} else {
		n += number(d[:2], 100) * 100_000_000
	}
	return n%97 == number(d[10:], 100)
}

// isCPF checks the two last digits of a number of a person in Brazil.
func isCPF(d []byte) bool {
	if bytes.Count(d, d[:1]) == len(d) {
		return false
	}
	first := weighted(d[:9], 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	second := weighted(d[:10], 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	return first == int(d[9]-'0') && second == int(d[10]-'0')
}

// isCNPJ checks the two last digits of a number of a company in Brazil.
func isCNPJ(d []byte) bool {
	digit := func(sum int) int {
		if r := sum % 11; r >= 2 {
			return 11 - r
		}
		return 0
	}
	return digit(weighted(d[:12], 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[12]-'0') &&
		digit(weighted(d[:13], 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[13]-'0')
}

// isDEA checks the last digit of a registration with the Drug Enforcement Administration.
func isDEA(t []byte) bool {
	v := values(t[2:])
	return (v[0]+v[2]+v[4]+2*(v[1]+v[3]+v[5]))%10 == v[6]
}

// isNPI checks the last digit of a number of the National Provider system: Luhn's behind 80840.
func isNPI(d []byte) bool {
	return (d[0] == '1' || d[0] == '2') && luhnDigits(append([]byte("80840"), d...))
}

// isNHS checks the last digit of a number of the National Health Service.
func isNHS(d []byte) bool {
	r := 11 - weighted(d[:9], 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return r%11 == int(d[9]-'0') && r != 10
}

// isUTR checks the first digit of a taxpayer reference of the United Kingdom.
func isUTR(d []byte) bool {
	return "21987654321"[weighted(d[1:], 6, 7, 8, 9, 10, 5, 4, 3, 2)%11] == d[0]
}

// isSteuerID checks the last digit of a German tax number (ISO 7064, modulo 11, 10).
func isSteuerID(d []byte) bool {
	p := 10
	for _, c := range d[:10] {
		s := (int(c-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = 2 * s % 11
	}
	return d[0] != '0' && (11-p)%10 == int(d[10]-'0')
}

// isSPI checks the three last digits of a French tax number.
func isSPI(d []byte) bool { return d[0] <= '3' && number(d[:10], 511) == number(d[10:], 1000) }

// spanishLetters stand at the end of Spanish numbers, by their remainder.
const spanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// isDNI checks the letter of a Spanish identity number: eight digits and a letter, or X, Y or Z, or K, L or M, seven digits and a letter.
func isDNI(t []byte) bool {
	d := bytes.Clone(t[:8])
	switch d[0] {
	case 'X', 'K', 'L', 'M':
		d[0] = '0'
	case 'Y':
		d[0] = '1'
	case 'Z':
		d[0] = '2'
	}
	return isDigit(d[0]) && spanishLetters[number(d, 23)] == t[8]
}

func isNIE(t []byte) bool { return t[0] >= 'X' && t[0] <= 'Z' && isDNI(t) }

// isNIF tells whether a text is the tax number of a person in Spain who is no foreigner.
func isNIF(t []byte) bool { return (isDigit(t[0]) || t[0] >= 'K' && t[0] <= 'M') && isDNI(t) }

// isSpanishTax tells whether a text is a tax number of a person or company.
func isSpanishTax(t []byte) bool {
	if isDigit(t[0]) || strings.IndexByte("KLMXYZ", t[0]) >= 0 {
		return isDNI(t)
	}
	if strings.IndexByte("ABCDEFGHJNPQRSUVW", t[0]) < 0 {
		return false
	}
	sum := 0
	for i, v := range values(t[1:8]) {
		if i%2 == 0 {
			v = v*2/10 + v*2%10
		}
		sum += v
	}
	last := (10 - sum%10) % 10
	return t[8] == byte('0'+last) || t[8] == "JABCDEFGHI"[last]
}

// isFiscalCode checks the last letter of an Italian fiscal code.
func isFiscalCode(t []byte) bool {
	odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, v := range values(t[:15]) {
		if v >= 10 {
			v -= 10
		}
		if i%2 == 0 {
			v = odd[v]
		}
		sum += v
	}
	return t[15] == byte('A'+sum%26)
}

// germanCard has the letters that numbers of German identity cards and passports are made of.
const germanCard = "CFGHJKLMNPRTVWXYZ"

// isGermanCard checks a number of nine characters, and its check digit if it has one.
func isGermanCard(t []byte) bool {
	for _, c := range t {
		if isLetter(c) && strings.IndexByte(germanCard, c) < 0 {
			return false
		}
	}
	return isLetter(t[0]) && (len(t) == 9 || weighted(t[:9], 7, 3, 1)%10 == int(t[9]-'0'))
}

// isINSEE checks the two last digits of a French social security number. Corsica's departments count as 19 and 18.
func isINSEE(t []byte) bool {
	d := bytes.Clone(t)
	switch string(d[5:7]) {
	case "2A":
		copy(d[5:], "19")
	case "2B":
		copy(d[5:], "18")
	}
	return isDigit(d[6]) && strings.IndexByte("123478", d[0]) >= 0 && 97-number(d[:13], 97) == number(d[13:], 100)
}

// isNINO tells whether a text can be a National Insurance number.
func isNINO(t []byte) bool {
	return strings.IndexByte("DFIQUV", t[0]) < 0 && strings.IndexByte("DFIQUVO", t[1]) < 0 && t[8] <= 'D' &&
		!slices.Contains([]string{"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}, string(t[:2]))
}

// isMBI tells whether a text can be a Medicare Beneficiary Identifier (CMS: none of S, L, O, I, B, Z).
func isMBI(t []byte) bool {
	return t[0] != '0' && !bytes.ContainsAny(t, "SLOIBZ")
}

// isVIN tells whether 17 characters can number a vehicle (ISO 3779): letters but I, O and Q, and digits, which the last four are.
func isVIN(t []byte) bool {
	letters := 0
	for _, c := range t {
		if isLetter(c) {
			letters++
		}
	}
	return letters > 0 && !bytes.ContainsAny(t, "IOQ") && isDigit(t[14]) && isDigit(t[15]) && isDigit(t[16])
}

// iban returns the check of the bank accounts of a country.
func iban(country string) check {
	return func(t []byte) bool { return string(t[:2]) == country && textfind.IBANChecks(t) }
}

// isDate tells whether digits, and the letters of a month, can be a date of the years 1900 to 2099, in any order; those that have only
// two digits for the year count too.
func isDate(t []byte) bool {
	if at := bytes.IndexFunc(t, func(r rune) bool { return r >= 'A' }); at >= 0 {
		return len(t) >= at+3 && strings.Contains("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC", string(t[at:at+3]))
	}
	day := func(d, m []byte) bool {
		a, b := number(d, 100), number(m, 100)
		return a >= 1 && a <= 31 && b >= 1 && b <= 12
	}
	either := func(d []byte) bool { return day(d[:2], d[2:4]) || day(d[2:4], d[:2]) }
	century := func(y []byte) bool { return string(y) == "19" || string(y) == "20" }
	switch len(t) {
	case 6:
		return either(t[:4]) || either(t[2:])
	case 8:
		return century(t[4:6]) && either(t[:4]) || century(t[:2]) && either(t[4:])
	}
	return len(t) == 7 && century(t[3:5]) // 1/12/1990
}

// isExpiry tells whether digits are a month and a year.
func isExpiry(t []byte) bool {
	month := func(d []byte) bool { n := number(d, 100); return n >= 1 && n <= 12 }
	if len(t) == 6 && string(t[:2]) == "20" {
		return month(t[4:])
	}
	return month(t[:2]) && (len(t) == 4 || string(t[2:4]) == "20")
}

// isCanadianPostal tells whether letters and digits are a Canadian postal code.
func isCanadianPostal(t []byte) bool {
	return strings.IndexByte("DFIOQUWZ", t[0]) < 0 && strings.IndexByte("DFIOQU", t[2]) < 0 && strings.IndexByte("DFIOQU", t[4]) < 0
}
