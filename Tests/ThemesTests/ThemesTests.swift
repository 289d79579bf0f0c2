// Tests of Themes.
