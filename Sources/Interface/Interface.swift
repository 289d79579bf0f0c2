// The Interface module.
