"""Deliberately broken builds, which the judge must catch. Nothing of this is in the product: each build is a
patch of this folder that is put over the running process when RELAIS_TEST_BROKEN names it.

    builds     the table: what is wrong with each, and what it is attacked with
    patches, astray    what they do otherwise
    service    runs a service of a broken build
    hunt       attacks one build until it is caught
    page       docs/broken-builds.md, from what was found

`python -m tests.chaos.broken [NAME …]` hunts them and brings the page up to date.
"""
