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

from hotpot.pot.connector.wire import GBK_IN_LATIN_1
from hotpot.pot.console.forms import MsisdnField
from hotpot.pot.party.models import Party


class PlugInForm(forms.Form):
    customer: forms.ModelChoiceField[Party] = forms.ModelChoiceField(
        Party.objects.none(), label=gettext_lazy("Company")
    )
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


class CallerForm(PlugInForm):
    login = forms.RegexField(
        r"^[A-Za-z0-9_.@-]{1,64}$",
        label=gettext_lazy("Login"),
        help_text=gettext_lazy("What the system already has as apId, ApplicationID or user, if it has one."),
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

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if kind != "cloud":
            del self.fields["reply_url"]
        if kind == "soap":
            self.fields["addresses"].help_text = _("One a line. A call from elsewhere needs the password.")

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
