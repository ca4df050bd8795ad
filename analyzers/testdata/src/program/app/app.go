// Package app is the first to see mail and users together.
package app

import (
	_ "program/mail"  // want `keyalias: key "email_to" at program/mail/mail.go:12 and key "email" at program/users/users.go:13 seem to mean the same: .* write "email" in both`
	_ "program/users" // want `tagunique: tag "user_created" is written at program/users/users.go:13 and at program/mail/mail.go:13 in Send: .*` `keytype: key "share" is a number at program/users/users.go:19 and a string at program/mail/mail.go:13`
)
