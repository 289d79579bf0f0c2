// The Drawing module.
