from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "hotpot.pot.connector.mailbox"
    label = "mailbox"
