-- Which version of processors.store.analysis made the text index: another one makes it anew when the store is opened.
CREATE TABLE text_index (analysis INTEGER NOT NULL);
INSERT INTO text_index VALUES (0);
