package dictionary

// Default returns the configuration that holds where a team has none.
func Default() Config {
	return Config{Tags: Tags{MaxWords: 6, MaxBytes: 48}}
}
