"""Alerts become mails: composed, put in the outbox, sent by SMTP or written as files."""
