-- Ids of entities without a QID ("veille:rapid-support-forces") were kept in capitals, which no facet could name.
UPDATE terms SET value = lower(value) WHERE field = 'entity' AND value LIKE 'VEILLE:%';
