package masking

// englishLicense are the keywords of driver's licenses where English is spoken.
const englishLicense = "dl#, dl:, dlno#, driver licence, driver licences, driver license, driver licenses, driver permit, drivers lic., drivers licence, driver's licence, drivers licences, driver's licences, drivers license, driver's license, drivers licenses, driver's licenses, drivers permit, driver's permit, drivers permit number, driving licence, driving license, driving permit"

const germanLicense = "fuehrerschein, fuehrerschein- nr, fuehrerscheinnummer, fuhrerschein, führerschein, fuhrerschein- nr, führerschein- nr, fuhrerscheinnummer, führerscheinnummer"

// licenses returns the identifiers of driver's licenses. Their shapes are those that the countries publish; where states or provinces
// differ there is one for each way of writing [R].
func licenses() []identifier {
	var all []identifier
	for _, l := range []struct{ country, keywords, shapes string }{
		{"AT", "führerschein, fuhrerschein, führerschein republik österreich, fuhrerschein republik osterreich", "99-999-999"},
		{"AU", englishLicense + ", dl :", digits(6, 10) + " 9999AA A99999 999-999-999 99-99-99-99-99"},
		{"BE", germanLicense + ", numéro permis conduire, permis de conduire, rijbewijs, rijbewijsnummer", "9999999999"},
		{"BG", "превозно средство, свидетелство за управление на моторно, свидетелство за управление на мпс, сумпс, шофьорска книжка", "999999999"},
		{"CA", englishLicense + ", permis de conduire", "A9999-99999-99999 A9999-999999-99 999999-999 " + digits(6, 9) + " A999999999 AAAAA999999999 AAAAAA999AAA"},
		{"CY", "άδεια οδήγησης", "999999999999"},
		{"CZ", "číslo licence, císlo licence řidiče, číslo řidičského průkazu, ovladače lic., povolení k jízdě, povolení řidiče, řidiči povolení, řidičský prúkaz, řidičský průkaz", "AA-999999"},
		{"DE", germanLicense, "X99XXXXXX9X"},
		{"DK", "kørekort, kørekortnummer", "99999999"},
		{"EE", "juhi litsentsi number, juhiloa number, juhiluba, juhiluba number", "AA999999"},
		{"ES", "carnet conducer, el carnet de conducer, licencia conducer, licencia de manejo, número carnet conducer, número de carnet de conducer, número de permiso conducer, número de permiso de conducer, número licencia conducer, número permiso conducer, permiso conducción, permiso conducer, permiso de conducción", "99999999-A"},
		{"FI", "ajokortin numero, ajokortti, förare lic., körkort, körkort nummer, kuljettaja lic., permis de conduire", "999999-999X"},
		{"FR", "permis de conduire", "999999999999 99AA99999"},
		{"GB", englishLicense, "XXXXX999999XXXAA XXXXX999999XXXAA-99"},
		{"GR", "δεια οδήγησης, adeia odigisis", "999999999"},
		{"HR", "vozačka dozvola", "99999999"},
		{"HU", "illesztőprogramok lic, jogosítvány, jogsi, licencszám, vezető engedély, vezetői engedély", "AA-999999"},
		{"IE", "ceadúnas tiomána", "999999AAAA 999-999-999"},
		{"IT", "patente di guida, patente di guida numero, patente guida, patente guida numero", "AAXXXXXXXA A9XXXXXXXA"},
		{"LT", "vairuotojo pažymėjimas", "99999999"},
		{"LU", "fahrerlaubnis, führerschäin", "999999"},
		{"LV", "autovadītāja apliecība, licences numurs, vadītāja apliecība, vadītāja apliecības numurs, vadītāja atļauja, vadītāja licences numurs, vadītāji lic.", "AAA999999 AA999999"},
		{"MT", "liċenzja tas-sewqan", "XX-999-999"},
		{"NL", "permis de conduire, rijbewijs, rijbewijsnummer", "9999999999"},
		{"PL", "numer licencyjny, prawo jazdy, zezwolenie na prowadzenie", "99999-99-9999"},
		{"PT", "carta de condução, carteira de habilitação, carteira de motorist, carteira habilitação, carteira motorist, licença condução, licença de condução, número de licença, número licença, permissão condução, permissão de condução", "AA-99999 AA-999999-9 A-999999-9 A-99999999-9"},
		{"RO", "numărul permisului de conducere, permis de conducere", "X99999999"},
		{"SE", "ajokortin numero, dlno# ajokortti, drivere lic., förare lic., körkort, körkort nummer, körkortsnummer, kuljettajat lic.", "999999-9999"},
		{"SI", "vozniško dovoljenje", "999999999"},
		{"SK", "číslo licencie, číslo vodičského preukazu, ovládače lic., povolenia vodičov, povolenie jazdu, povolenie na jazdu, povolenie vodiča, vodičský preukaz", "A9999999"},
		{"US", englishLicense, digits(7, 10) + " 999999999999 A999999 A9999999 A99999999 A999999999 A99999999999 A999999999999 A9999999999999 A999-9999-9999 A999-999-99-999-9 A9999-99999-99999 AA999999 AA9999999 AA99999A 99AAA99999 99AAA9999 9999999A 999-99-9999 AAAAAAA999XX AAAAAXX999XX AAA99999999A"},
	} {
		all = append(all, identifier{name: "DriversLicense-" + l.country, keywords: l.keywords, near: shapes(l.shapes, nil)})
	}
	return all
}
