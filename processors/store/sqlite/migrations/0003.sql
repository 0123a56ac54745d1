-- The topic of an event, so that `topic:x AND quantity:>=n` holds for one event.
ALTER TABLE events ADD COLUMN topic TEXT NOT NULL DEFAULT '';
UPDATE events SET topic = (
    SELECT json_extract(a.document, '$.tags.events[' || events.place_in_document || '].topic')
    FROM articles AS a WHERE a.doc = events.doc
);
