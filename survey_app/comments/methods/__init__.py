"""Methods over the years: a new one never rewrites history by itself. Both are shown, and a person decides."""
