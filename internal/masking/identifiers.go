package masking

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/internal/textfind"
)

// An identifier is one of AWS's managed data identifiers.
type identifier struct {
	name     string
	keywords string // with commas between them
	alone    finder // of data that needs no keyword nearby; nil if there is none
	near     finder // of data near a keyword
}

// words returns the keywords of an identifier, small.
func (id *identifier) words() []string {
	if id.keywords == "" {
		return nil
	}
	words := strings.Split(id.keywords, ",")
	for i, w := range words {
		words[i] = strings.ToLower(strings.TrimSpace(w))
	}
	return words
}

// byName are all identifiers that can be found.
var byName = sync.OnceValue(func() map[string]*identifier {
	ids := map[string]*identifier{}
	for _, all := range [][]identifier{identifiers, health(), licenses(), phones()} {
		for i := range all {
			ids[all[i].name] = &all[i]
		}
	}
	return ids
})

// managed returns the managed identifier of that name, nil if it is not one that can be found here.
func managed(name string) *identifier { return byName()[name] }

// Managed returns the names of the managed identifiers that can be found, sorted.
func Managed() []string { return slices.Sorted(maps.Keys(byName())) }

// Learned are the managed identifiers of AWS that only a model of language can find: they are refused.
var Learned = []string{"Address", "Name"}

// Keywords that several identifiers have (AWS's user guide, "Types of data that you can protect", as all others here).
const (
	accountWords  = "account code, account number, accountno#, accountnumber#, bban, customer account id, customer account number, customer bank account id, iban"
	passportWords = "passport, passport#, passport no, passport number, passportno, passportno#"
	taxWords      = "tax id, tax identification number, tax number"
	spainTaxWords = "cif, cif número, cifnúmero#, nie, nif, número de contribuyente, número de identidad de extranjero, número de identificación fiscal, número de impuesto corporativo, personal tax number, " + taxWords + ", tin, tin#"
)

// identifiers are those of credentials, devices, money and persons. Where AWS does not say what data looks like, its shape is the one that
// its issuer publishes [R].
var identifiers = []identifier{
	{name: "AwsSecretKey", keywords: "aws_secret_access_key, credentials, secret access key, secret key, set-awscredential", near: findSecretKey},
	{name: "OpenSshPrivateKey", alone: armored("OPENSSH PRIVATE KEY")},
	{name: "PgpPrivateKey", alone: armored("PGP PRIVATE KEY BLOCK")},
	{name: "PkcsPrivateKey", alone: armored("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY")},
	{name: "PuttyPrivateKey", alone: findPuTTY},
	{name: "IpAddress", alone: findIP},
	{name: "EmailAddress", alone: textfind.Email},

	{name: "BankAccountNumber-DE", keywords: accountWords + ", bankleitzahl, geheimzahl, kartennummer, kontonummer, kreditkartennummer, sepa", near: shapes("AA99-9999-9999-9999-9999-99", iban("DE"))},
	{name: "BankAccountNumber-ES", keywords: accountWords + ", código cuenta, código cuenta bancaria, cuenta cliente id, número cuenta bancaria cliente, número cuenta cliente", near: shapes("AA99-9999-9999-9999-9999-9999", iban("ES"))},
	{name: "BankAccountNumber-FR", keywords: accountWords + ", code bancaire, compte bancaire, numéro de compte", near: shapes("AA99-9999-9999-99XX-XXXX-XXXX-X99", iban("FR"))},
	{name: "BankAccountNumber-GB", keywords: accountWords + ", sepa", near: shapes("AA99-AAAA-9999-9999-9999-99", iban("GB"))},
	{name: "BankAccountNumber-IT", keywords: accountWords + ", codice bancario, conto bancario, numero di conto", near: shapes("AA99-A999-9999-999X-XXXX-XXXX-XXX", iban("IT"))},
	{name: "BankAccountNumber-US", keywords: "bank account, bank acct, checking account, checking acct, deposit account, deposit acct, savings account, savings acct, chequing account, chequing acct", near: shapes(digits(6, 17), nil)},
	{name: "CreditCardExpiration", keywords: "exp d, exp m, exp y, expiration, expiry", near: shapes("99_99 99_9999 9999 999999 9999_99", isExpiry)},
	{name: "CreditCardNumber", keywords: "account number, american express, amex, bank card, card, card number, card num, cc #, ccn, check card, credit, credit card#, dankort, debit, debit card, diners club, discover, electron, japanese card bureau, jcb, mastercard, mc, pan, payment account number, payment card number, pcn, union pay, visa",
		near: shapes("9999-9999-9999-9999 9999-999999-99999 9999-999999-9999 9999-9999-9999-9999-999 "+digits(13, 19), isCard)},
	{name: "CreditCardSecurityCode", keywords: "card id, card identification code, card identification number, card security code, card validation code, card validation number, card verification data, card verification value, cvc, cvc2, cvv, cvv2, elo verification code", near: shapes("999 9999", nil)},

	{name: "DateOfBirth", keywords: "dob, date of birth, birthdate, birth date, birthday, b-day, bday",
		near: shapes("99-99-9999 9999-99-99 9_99_9999 99_9_9999 9_9_9999 99_99_99 9-AAA-9999 99-AAA-9999 9-AAA-99 99-AAA-99 AAA-9-9999 AAA-99-9999 AAAA-99-9999 AAAAA-99-9999 AAAAAA-99-9999 AAAAAAA-99-9999 AAAAAAAA-99-9999 AAAAAAAAA-99-9999", isDate)},
	{name: "CepCode-BR", keywords: "cep, código de endereçamento postal, codigo de endereçamento postal", near: shapes("99999-999 99-999-999", nil)},
	{name: "Cnpj-BR", keywords: "cadastro nacional da pessoa jurídica, cadastro nacional da pessoa juridica, cnpj", near: shapes("99-999-999-9999-99", isCNPJ)},
	{name: "CpfCode-BR", keywords: "cadastro de pessoas fisicas, cadastro de pessoas físicas, cadastro de pessoa física, cadastro de pessoa fisica, cpf", near: shapes("999-999-999-99", isCPF)},
	{name: "RgNumber-BR", keywords: "registro geral, rg", near: shapes("99-999-999-X 9-999-999-X", nil)},
	{name: "ElectoralRollNumber-GB", keywords: "electoral #, electoral number, electoral roll #, electoral roll no., electoral roll number, electoralrollno", near: shapes("AA-9 AA-99 AA-999 AA-9999", nil)},
	{name: "IndividualTaxIdentificationNumber-US", keywords: "individual taxpayer identification number, itin, i.t.i.n.", near: shapes("999-99-9999", isITIN)},
	{name: "InseeCode-FR", keywords: "assurance sociale, carte nationale d’identité, cni, code sécurité sociale, french social security number, fssn#, insee, insurance number, national id number, nationalid#, numéro d'assurance, sécurité sociale, sécurité sociale non., sécurité sociale numéro, social, social security, social security number, socialsecuritynumber, ss#, ssn, ssn#",
		near: shapes("9-99-99-9X-999-999-99", isINSEE)},
	{name: "NationalIdentificationNumber-DE", keywords: "ausweisnummer, id number, identification number, identity number, insurance number, personal id, personalausweis", near: shapes("AXXXXXXXX AXXXXXXXX9", isGermanCard)},
	{name: "NationalIdentificationNumber-ES", keywords: "dni, dni#, dninúmero#, documento nacional de identidad, identidad único, identidadúnico#, insurance number, national identification number, national identity, nationalid#, nationalidno#, número nacional identidad, personal identification number, personal identity no, unique identity number, uniqueid#",
		near: shapes("99999999-A 99-999-999-A A-9999999-A", isDNI)},
	{name: "NationalIdentificationNumber-IT", keywords: "codice fiscal, codice fiscale, dati anagrafici, ehic, health card, health insurance card, p. iva, partita i.v.a., personal data, tax code, tessera sanitaria", near: shapes("AAA-AAA-XXAXX-AXXXA", isFiscalCode)},
	{name: "NationalInsuranceNumber-GB", keywords: "insurance no., insurance number, insurance#, national insurance number, nationalinsurance#, nationalinsurancenumber, nin, nino", near: shapes("AA-99-99-99-A", isNINO)},
	{name: "NieNumber-ES", keywords: spainTaxWords, near: shapes("A-9999999-A", isNIE)},
	{name: "NifNumber-ES", keywords: spainTaxWords, near: shapes("99999999-A 99-999-999-A A-9999999-A", isNIF)},
	{name: "PassportNumber-CA", keywords: "passeport, passeport#, " + passportWords, near: shapes("AA999999 A999999AA", nil)},
	{name: "PassportNumber-DE", keywords: "ausstellungsdatum, ausstellungsort, geburtsdatum, passport, passports, reisepass, reisepass–nr, reisepass-nr, reisepassnummer", near: shapes("AXXXXXXXX AXXXXXXXX9", isGermanCard)},
	{name: "PassportNumber-ES", keywords: "españa pasaporte, libreta pasaporte, número pasaporte, pasaporte, passport book, spain passport, " + passportWords, near: shapes("AA999999 AAA999999", nil)},
	{name: "PassportNumber-FR", keywords: "numéro de passeport, passeport, passeport#, passeport #, passeportn °, passeport n °, passeportnon, passeport non", near: shapes("99AA99999", nil)},
	{name: "PassportNumber-GB", keywords: "passeport #, passeport n °, passeportnon, passeport non, passeportn °, passport #, passport no, passport number, passport#, passportid", near: shapes("999999999 A99999999", nil)},
	{name: "PassportNumber-IT", keywords: "italian passport number, numéro passeport, numéro passeport italien, passaporto, passaporto italiana, passaporto numero, passport number, repubblica italiana passaporto", near: shapes("AA9999999", nil)},
	{name: "PassportNumber-US", keywords: "passport, travel document", near: shapes("999999999 A99999999", nil)},
	{name: "PermanentResidenceNumber-CA", keywords: "carte résident permanent, numéro carte résident permanent, numéro résident permanent, permanent resident card, permanent resident card number, permanent resident no, permanent resident no., permanent resident number, pr no, pr no., pr non, pr number, résident permanent no., résident permanent non",
		near: shapes("AA9999999 AA9999999999 AA9999-9999999", nil)},
	{name: "PostalCode-CA", alone: shapes("A9A-9A9", isCanadianPostal)},
	{name: "SocialInsuranceNumber-CA", keywords: "canadian id, numéro d'assurance sociale, social insurance number, sin", near: shapes("999-999-999", luhnDigits)},
	{name: "Ssn-ES", keywords: "número de la seguridad social, social security no., social security no, social security number, socialsecurityno#, ssn, ssn#", near: shapes("99-99999999-99", isESSsn)},
	{name: "Ssn-US", keywords: "social security, ss#, ssn", near: shapes("999-99-9999", isUSSsn)},
	{name: "TaxId-DE", keywords: "identifikationsnummer, steuer id, steueridentifikationsnummer, steuernummer, " + taxWords, near: shapes("99-999-999-999 99999999999", isSteuerID)},
	{name: "TaxId-ES", keywords: spainTaxWords, near: shapes("99999999-A A-9999999-X", isSpanishTax)},
	{name: "TaxId-FR", keywords: "numéro d'identification fiscale, tin, tin#, " + taxWords, near: shapes("99-99-999-999-999", isSPI)},
	{name: "TaxId-GB", keywords: "paye, tax id, tax id no., tax id number, tax identification, tax identification#, tax no., tax number, tax reference, tax#, taxid#, temporary reference number, tin, trn, unique tax reference, unique taxpayer reference, utr", near: shapes("99999-99999 999-9999-999", isUTR)},
	{name: "ZipCode-US", keywords: "zip code, zip+4", near: shapes("99999 99999_9999", nil)},
	{name: "LatLong", keywords: "coordinate, coordinates, lat long, latitude longitude, location, position", near: findLatLong},
	{name: "VehicleIdentificationNumber", keywords: "fahrgestellnummer, niv, numarul de identificare, numarul seriei de sasiu, serie sasiu, numer vin, número de identificação do veículo, número de identificación de automóviles, numéro d'identification du véhicule, vehicle identification number, vin, vin numeris", near: shapes("XXXXXXXXXXXXXXXXX", isVIN)},
}

// digits returns the shapes of from to to digits.
func digits(from, to int) string {
	var all []string
	for n := from; n <= to; n++ {
		all = append(all, strings.Repeat("9", n))
	}
	return strings.Join(all, " ")
}

// health returns the identifiers of health.
func health() []identifier {
	return []identifier{
		{name: "DrugEnforcementAgencyNumber-US", keywords: "dea number, dea registration", near: shapes("AA9999999 A99999999", isDEA)},
		{name: "HealthInsuranceCardNumber-EU", keywords: "assicurazione sanitaria numero, carta assicurazione numero, carte d’assurance maladie, carte européenne d'assurance maladie, ceam, ehic, ehic#, finlandehicnumber#, gesundheitskarte, hälsokort, health card, health card number, health insurance card, health insurance number, insurance card number, krankenversicherungskarte, krankenversicherungsnummer, medical account number, numero conto medico, numéro d’assurance maladie, numéro de carte d’assurance, numéro de compte medical, número de cuenta médica, número de seguro de salud, número de tarjeta de seguro, sairaanhoitokortin, sairausvakuutuskortti, sairausvakuutusnumero, sjukförsäkring nummer, sjukförsäkringskort, suomi ehic-numero, tarjeta de salud, terveyskortti, tessera sanitaria assicurazione numero, versicherungsnummer",
			near: shapes("99999-99999-99999-99999 9999-9999-9999-9999-9999", func(d []byte) bool { return d[0] == '8' && d[1] == '0' })},
		{name: "HealthInsuranceClaimNumber-US", keywords: "health insurance claim number, hic no, hic no., hic number, hic#, hicn, hicn#, hicno#", near: shapes("999-99-9999-A 999-99-9999-AX", nil)},
		{name: "HealthInsuranceNumber-FR", keywords: "carte d'assuré social, carte vitale, insurance card", near: shapes("9-99-99-9X-999-999-99", isINSEE)},
		{name: "HealthcareProcedureCode-US", keywords: "current procedural terminology, hcpcs, healthcare common procedure coding system", near: shapes("A9999 99999 9999A", nil)},
		{name: "MedicareBeneficiaryNumber-US", keywords: "mbi, medicare beneficiary", near: shapes("9AX9-AX9-AA99", isMBI)},
		{name: "NationalDrugCode-US", keywords: "national drug code, ndc", near: shapes("9999_9999_99 99999_999_99 99999_9999_9 99999_9999_99 99999999999", nil)},
		{name: "NationalProviderId-US", keywords: "hipaa, n.p.i., national provider, npi", near: shapes("9999999999", isNPI)},
		{name: "NhsNumber-GB", keywords: "national health service, nhs", near: shapes("999-999-9999", isNHS)},
		{name: "PersonalHealthNumber-CA", keywords: "canada healthcare number, msp number, care number, phn, soins de santé", near: shapes("9999-999-999 99999-9999", nil)},
	}
}

// phoneWords are the keywords of telephone numbers.
const phoneWords = "cell, contact, fax, fax number, mobile, phone, phone number, tel, telephone, telephone number"

// phones returns the identifiers of telephone numbers: with the country's code they need no keyword.
func phones() []identifier {
	var all []identifier
	for _, country := range []string{"BR", "DE", "ES", "FR", "GB", "IT", "US"} {
		id := identifier{name: "PhoneNumber-" + country, keywords: phoneWords, alone: findPhone(plans[country], true), near: findPhone(plans[country], false)}
		if country == "BR" {
			id.keywords += ", cel, celular, fone, móvel, número residencial, numero residencial, telefone"
		}
		all = append(all, id)
	}
	return all
}
