"""What the wizard asks, a form a kind of system."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.kernel.errors import Refused
from hotpot.pot.connector.drop.rules import LOGIN
from hotpot.pot.connector.smtp.returns import plain_address
from hotpot.pot.connector.wire import GBK_IN_LATIN_1
from hotpot.pot.console.forms import MsisdnField, choice
from hotpot.pot.console.plugins.kinds import LOGIN_SIGNS
from hotpot.pot.notification.mail import Server
from hotpot.pot.party.models import Party

# What is asked of some kinds only.
ASKED = {
    "cloud": {"addresses", "report_url", "reply_url"},
    "soap": {"addresses", "report_url"},
    "http": {"addresses", "report_url"},
    "sgip": {"addresses", "host", "port"},
    "smtp": {"addresses", "mail_server", "test_to"},
    "drop": {"encoding"},
}
ASKED_OF_SOME = {name for names in ASKED.values() for name in names}


class PlugInForm(forms.Form):
    customer = choice(gettext_lazy("Company"), Party.objects.none())
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Such as “OA” or “Alarms”.")
    )
    access_number = forms.RegexField(
        r"^[0-9]{3,20}$",
        label=gettext_lazy("Access number"),
        help_text=gettext_lazy("Digits that phones show; the system's own extension follows them."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, customers: QuerySet[Party], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["customer"].queryset = customers  # type: ignore[attr-defined]


class TablesForm(PlugInForm):
    address = forms.CharField(
        label=gettext_lazy("Database"),
        help_text=gettext_lazy("mysql://user:password@host:3306/name, or postgresql://…"),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}),
    )
    code = forms.RegexField(
        r"^[A-Za-z0-9_]{1,20}$",
        label=gettext_lazy("Code in the tables' names"),
        required=False,
        help_text=gettext_lazy("“oa” for api_mt_oa."),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Chinese is written"),
        required=False,
        choices=[
            ("", gettext_lazy("As the database says")),
            (GBK_IN_LATIN_1, gettext_lazy("As GBK in latin-1 columns")),
        ],
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone of its clock"), initial="Asia/Shanghai")
    make = forms.BooleanField(
        label=gettext_lazy("Make the tables that are missing"), required=False, initial=True
    )

    def __init__(self, *args: Any, profile: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if profile == "api":
            self.fields["code"].required = True
        else:
            del self.fields["code"]

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone not in available_timezones():
            raise ValidationError(_("Write a name such as Asia/Shanghai."))
        return zone


def mail_server_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("The company's mail server"),
        max_length=400,
        required=False,
        help_text=gettext_lazy(
            "Failures and replies come back as mail by it: smtp://mail.example.com:25, or "
            "smtps://user:password@mail.example.com. Empty: none."
        ),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}),
    )


class AddressField(forms.EmailField):
    """One that every mail server understands."""

    def clean(self, value: Any) -> str:
        given = str(super().clean(value))
        if given and not plain_address(given):
            raise ValidationError(_("Use an address of plain Latin letters, such as li@example.com."))
        return given


def test_to_field() -> AddressField:
    return AddressField(
        label=gettext_lazy("Send a test mail to"),
        required=False,
        help_text=gettext_lazy("Saved once the server took it. Empty: saved as it is."),
    )


def checked_mail_server(given: str) -> str:
    try:
        if given:
            Server.of(given)
    except (Refused, ValueError):
        raise ValidationError(_("Write it like smtp://mail.example.com:25.")) from None
    return given


class CallerForm(PlugInForm):
    login = forms.RegexField(
        r"^[A-Za-z0-9_.@-]{1,64}$",
        label=gettext_lazy("Login"),
        help_text=gettext_lazy(
            "The apId, ApplicationID or user that the system has already. If it has none, make one up."
        ),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Network addresses that may call"),
        required=False,
        help_text=gettext_lazy("One a line, like 203.0.113.7 or 203.0.113.0/24. Empty: any."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"}),
    )
    report_url = forms.URLField(
        label=gettext_lazy("Receipts are pushed to"), required=False, assume_scheme="https"
    )
    reply_url = forms.URLField(
        label=gettext_lazy("Replies are pushed to"), required=False, assume_scheme="https"
    )

    host = forms.CharField(
        label=gettext_lazy("Its own listener"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Reports and replies are brought there, such as 203.0.113.7."),
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port of its listener"), required=False, min_value=1, max_value=65535, initial=8801
    )
    mail_server = mail_server_field()
    test_to = test_to_field()
    encoding = forms.ChoiceField(
        label=gettext_lazy("Files that come back are written in"),
        required=False,
        choices=[("utf-8", "UTF-8"), ("gbk", "GBK")],
    )

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._kind = kind
        wanted = ASKED.get(kind, {"addresses"})
        for name in ASKED_OF_SOME - wanted:
            del self.fields[name]
        if kind == "sgip":
            self.fields["host"].required = self.fields["port"].required = True
        if kind == "soap":
            self.fields["addresses"].help_text = _("One a line. A call from elsewhere needs the password.")

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"])
        most = LOGIN_SIGNS.get(self._kind, len(login))
        if len(login) > most:
            raise ValidationError(
                _("%(kind)s knows at most %(most)d signs.") % {"kind": self._kind.upper(), "most": most}
            )
        if self._kind == "drop" and not LOGIN.fullmatch(login):
            raise ValidationError(_("It names a folder: begin it with a letter or a digit, without @."))
        return login

    def clean_mail_server(self) -> str:
        return checked_mail_server(str(self.cleaned_data["mail_server"]))

    def clean_addresses(self) -> list[str]:
        networks = str(self.cleaned_data["addresses"]).split()
        for one in networks:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValidationError(_("%(address)s is no network address.") % {"address": one}) from None
        return networks


class TestForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=70, initial=gettext_lazy("This is a test message.")
    )

    def __init__(self, *args: Any, region: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields = {"number": MsisdnField(region=region), **self.fields}


class MailServerForm(forms.Form):
    """Another one, or another password. The password that is known is never shown."""

    mail_server = mail_server_field()
    test_to = test_to_field()

    def clean_mail_server(self) -> str:
        return checked_mail_server(str(self.cleaned_data["mail_server"]))


class MailTestForm(forms.Form):
    to = AddressField(label=gettext_lazy("Mail address"))
