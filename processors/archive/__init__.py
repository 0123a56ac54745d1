"""The archive: WARC files, written from inputs and read back as pages, however damaged they are."""
