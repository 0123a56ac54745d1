"""The records that pass between the verbs: frozen, typed, JSON by msgspec. A leaf: imports nothing of Veille."""
