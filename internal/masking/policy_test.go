package masking

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const mailARN = `"arn:aws:dataprotection::aws:data-identifier/EmailAddress"`

// policyText is a policy about some identifiers, with more members.
func policyText(ids, more string) string {
	return `{` + more + `"Statement":[{"Sid":"a","DataIdentifier":[` + ids + `],"Operation":{"Audit":{"FindingsDestination":{}}}},{"DataIdentifier":[` + ids + `],"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`
}

// customs is a Configuration with n custom identifiers, C0 and so on.
func customs(n int, regex string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"Name":"C%d","Regex":"%s"}`, i, regex))
	}
	return `"Configuration":{"CustomDataIdentifier":[` + strings.Join(all, ",") + `]},`
}

func TestParsePolicy(t *testing.T) {
	mask := `{"DataIdentifier":[` + mailARN + `],"Operation":{"Deidentify":{"MaskConfig":{}}}}`
	for _, tt := range []struct{ name, text, want string }{ // want: "" or a part of the error
		{"AWS's form", policyText(mailARN, `"Name":"n","Description":"d","Version":"2021-06-01",`), ""},
		{"the least", policyText(mailARN, ""), ""},
		{"an ARN of another partition", policyText(`"arn:aws-cn:dataprotection::aws:data-identifier/Ssn-US"`, ""), ""},
		{"a custom identifier", policyText(`"C0"`, customs(1, `E-\\d{3}`)), ""},
		{"ten custom identifiers", policyText(`"C9",`+mailARN, customs(10, `x`)), ""},
		{"eleven custom identifiers", policyText(`"C9"`, customs(11, `x`)), "at most 10"},
		{"a regex of 200 characters", policyText(`"C0"`, customs(1, strings.Repeat("x", 200))), ""},
		{"a regex of 201 characters", policyText(`"C0"`, customs(1, strings.Repeat("x", 201))), "200 characters"},
		{"a regex with a group", policyText(`"C0"`, customs(1, `(x)`)), "characters"},
		{"a regex with a mistake", policyText(`"C0"`, customs(1, `[x`)), "missing closing"},
		{"no regex", policyText(`"C0"`, customs(1, ``)), "characters"},
		{"a custom identifier with a managed one's name", policyText(mailARN, `"Configuration":{"CustomDataIdentifier":[{"Name":"IpAddress","Regex":"x"}]},`), "managed"},
		{"two custom identifiers of a name", policyText(mailARN, `"Configuration":{"CustomDataIdentifier":[{"Name":"a","Regex":"x"},{"Name":"a","Regex":"y"}]},`), "twice"},
		{"a custom name with a blank", policyText(mailARN, `"Configuration":{"CustomDataIdentifier":[{"Name":"a b","Regex":"x"}]},`), "letters"},
		{"a longest document", policyText(mailARN, `"Description":"`+strings.Repeat("é", MaxPolicy-len(policyText(mailARN, `"Description":"",`)))+`",`), ""},
		{"a document that is too long", policyText(mailARN, `"Description":"`+strings.Repeat("é", MaxPolicy)+`",`), "at most 30720"},
		{"nothing", ``, "not valid"},
		{"no object", `[]`, "is of type array"},
		{"something behind it", policyText(mailARN, "") + "{}", "behind"},
		{"another version", policyText(mailARN, `"Version":"2012-10-17",`), "Version"},
		{"a member that is none", policyText(mailARN, `"Statements":[],`), "unknown field"},
		{"no statements", `{}`, "0 elements"},
		{"one statement", `{"Statement":[` + mask + `]}`, "1 elements"},
		{"two that mask", `{"Statement":[` + mask + `,` + mask + `]}`, "one with Audit"},
		{"no operation", `{"Statement":[` + mask + `,{"DataIdentifier":["a"]}]}`, "Operation"},
		{"two operations", `{"Statement":[` + mask + `,{"DataIdentifier":["a"],"Operation":{"Audit":{"FindingsDestination":{}},"Deidentify":{"MaskConfig":{}}}}]}`, "Operation"},
		{"no destinations", strings.Replace(policyText(mailARN, ""), `"FindingsDestination":{}`, "", 1), "FindingsDestination"},
		{"no MaskConfig", strings.Replace(policyText(mailARN, ""), `"MaskConfig":{}`, "", 1), "MaskConfig"},
		{"a MaskConfig that is not empty", strings.Replace(policyText(mailARN, ""), `"MaskConfig":{}`, `"MaskConfig":{"a":1}`, 1), "unknown field"},
		{"other identifiers to be masked", strings.Replace(policyText(mailARN, ""), "EmailAddress", "IpAddress", 1), "must be the same"},
		{"no identifiers", policyText("", ""), "at least one"},
		{"an identifier twice", policyText(mailARN+","+mailARN, ""), "twice"},
		{"a managed identifier without its ARN", policyText(`"EmailAddress"`, ""), "neither"},
		{"one that there is not", policyText(`"arn:aws:dataprotection::aws:data-identifier/Shoe"`, ""), "no managed"},
		{"one that needs a country", policyText(`"arn:aws:dataprotection::aws:data-identifier/Ssn"`, ""), "-ES, -US"},
		{"one of another country", policyText(`"arn:aws:dataprotection::aws:data-identifier/Ssn-DE"`, ""), "-ES, -US"},
		{"one that needs machine learning", policyText(`"arn:aws:dataprotection::aws:data-identifier/Address"`, ""), "machine learning"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePolicy(tt.text)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Fatalf("ParsePolicy(%.300s) = %v, want %q", tt.text, err, tt.want)
			}
			if err == nil && (p.Rules.Empty() || New(p.Rules) == nil) {
				t.Errorf("ParsePolicy(%.300s) = %+v, which finds nothing", tt.text, p)
			}
		})
	}
}

func TestPolicyDestinations(t *testing.T) {
	text := strings.Replace(policyText(mailARN, `"Name":"n",`), `"FindingsDestination":{}`,
		`"FindingsDestination":{"CloudWatchLogs":{"LogGroup":"g"},"Firehose":{"DeliveryStream":"s"},"S3":{"Bucket":"b"}}`, 1)
	p, err := ParsePolicy(text)
	if err != nil || p.Name != "n" || p.To != (Destinations{LogGroup: "g", DeliveryStream: "s", Bucket: "b"}) || !slices.Equal(p.Rules.Managed, []string{"EmailAddress"}) {
		t.Errorf("ParsePolicy(%s) = %+v, %v", text, p, err)
	}
}
