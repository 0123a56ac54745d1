"""What a text reports: its language, entities, topics and events. Pure: the same text, the same tags."""
