package part

import "unicode/utf8"

// maxBound is how many bytes the least and the greatest text of a page or a row group have at most in the file,
// one more if the last character grew. parquet-go would write them whole into each page header, the column
// index and the footer: four copies of a value of megabytes, and page headers that other readers refuse
// (Arrow's from 16 MB on). 64 tell apart what people filter by.
const maxBound = 64

// lowerBound returns the start of a text, of whole characters: it is never greater.
func lowerBound(text []byte) []byte {
	if len(text) <= maxBound {
		return text
	}
	n := maxBound
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// upperBound returns the text if it is short, else its start with the last character raised to the next
// one, which is greater than all texts that start the same: the order of texts in UTF-8 is that of characters.
func upperBound(text []byte) []byte {
	if len(text) <= maxBound {
		return text
	}
	start := lowerBound(text)
	for len(start) > 0 {
		last, size := utf8.DecodeLastRune(start)
		start = start[:len(start)-size]
		switch last {
		case utf8.MaxRune: // has no next one, so the character before is raised
			continue
		case 0xD7FF: // surrogates come next, which are no characters
			last = 0xDFFF
		}
		return utf8.AppendRune(start[:len(start):len(start)], last+1)
	}
	return []byte{0xFF} // is greater than all text, and none itself
}
