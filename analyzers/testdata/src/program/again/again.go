// Package again sees what app told already.
package again

import (
	_ "program/app"
	_ "program/mail"
	_ "program/users"
)
