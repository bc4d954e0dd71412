"""One file per part, each with the same three functions:

measure(settings)     -> what was measured, as it goes into results.json
table(measured)       -> the same as Markdown
draw(measured, path)  -> the same as a picture (a part without one has no such function)
"""
