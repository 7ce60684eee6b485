"""What is typed to sign in and in the own account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.account.forms import SetPasswordForm as AllauthSetPasswordForm
from allauth.core import context
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.actions import ensure_person
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.rules import LEDGER, READ, WRITE, time_zones

REGION = "CN"  # of numbers typed without a country code


class NumberField(forms.CharField):
    """A phone number as people write it; its value is E.164."""

    widget = forms.TextInput(
        attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "autofocus": True}
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("help_text", _("Without a country code it counts as +86."))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return Msisdn.parse(text, region=REGION).e164 if text else ""
        except InvalidMsisdn as problem:
            raise ValidationError(problem.sentence) from None


class NumberForm(RequestLoginCodeForm):  # type: ignore[misc]
    _user: Person | None

    def clean_phone(self) -> str:
        """A number that nobody has yet becomes a person, so that both get their code alike and nobody can
        find out who is here."""
        number: str = super().clean_phone()
        if number and self._user is None:
            self._user = ensure_person(
                Actor(way="page"),
                number=Msisdn(number),
                language=get_language(),
                now=context.request.clock.now(),
            )
        return number


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "code-input",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "pattern": "[0-9 ]*",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        self.cleaned_data["code"] = self.cleaned_data["code"].replace(" ", "")
        return str(super().clean_code())


class PasswordForm(LoginForm):  # type: ignore[misc]
    def _setup_password_field(self) -> None:
        """allauth drops the field where signing up asks for no password."""
        field = self.fields["password"]
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


class SetPasswordForm(AllauthSetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


def _plain(form: forms.Form) -> None:
    words = {
        "oldpassword": _("Your present password"),
        "password1": _("New password"),
        "password2": _("The same again"),
    }
    for name, field in form.fields.items():
        field.label = words[name]
        field.help_text = _("At least eight characters, not only digits.") if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of your messages"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone of the times you see"), choices=lambda: [(name, name) for name in time_zones()]
    )


class TokenForm(forms.Form):
    """`parties`: in whose name the token may act, as (id, name)."""

    name = forms.CharField(label=_("What uses it"), max_length=80)
    party = forms.TypedChoiceField(label=_("Acts for"), coerce=int, empty_value=None, required=False)
    scopes = forms.ChoiceField(
        label=_("It may"),
        choices=[(READ, _("Read")), (WRITE, _("Read and write")), (LEDGER, _("Move money in the books"))],
        initial=READ,
    )
    days = forms.IntegerField(label=_("Days it is good for"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, parties: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["party"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [("", _("Yourself")), *((str(number), name) for number, name in parties)]
