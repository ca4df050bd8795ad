package files

import "errors"

func (f *file) openParquet() error { return errors.New("not yet") }
