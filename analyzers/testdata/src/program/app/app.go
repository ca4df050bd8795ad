// Package app is the first to see mail and users together.
package app

import (
	_ "program/mail"  // want `keyalias: the keys "email_to" at program/mail/mail.go:12 and "email" at program/users/users.go:13 seem to mean the same, .* write "email" in both`
	_ "program/users" // want `tagunique: the tag "user_created" is written at program/users/users.go:13 and at program/mail/mail.go:13 in Send, .*` `keytype: the key "share" is a number at program/users/users.go:19 and a string at program/mail/mail.go:13`
)
