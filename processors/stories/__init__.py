"""Stories: which articles report the same thing. Pure: the store finds candidates by key, this room decides."""
