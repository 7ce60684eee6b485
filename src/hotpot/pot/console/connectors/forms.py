"""The steps of setting up a connector. A field's name is its place in the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hotpot.pot.connector.wire import GBK_IN_LATIN_1
from hotpot.pot.party.models import Party

SEPARATOR = "__"  # between a part and its key: source__table


class AddressForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What your people call it: Expense claims.")
    )
    customer = forms.ModelChoiceField(Party.objects.none(), label=_("Company"))
    address = forms.CharField(
        label=_("Address of the database"),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "placeholder": "mysql://user:password@host:3306/name"}
        ),
        help_text=_("postgresql, mysql or mariadb. It is encrypted and never shown again."),
    )

    def __init__(self, *given: Any, customers: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["customer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = customers
        field.empty_label = None


class NewAddressForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(
        label=_("New address of the database"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Leave it empty to keep the one there is."),
    )


class PartForm(forms.Form):
    """Reads and writes parts of a configuration."""

    def __init__(self, data: QueryDict | None, *, config: Mapping[str, Any]) -> None:
        super().__init__(data, initial=_flat(config))
        self.config = config
        for field in self.fields.values():
            if field.widget.attrs.pop("data-column", ""):
                field.widget.attrs["list"] = "known-columns"

    def changed(self) -> dict[str, Any]:
        """The whole configuration with this step's answers. What is left empty is left out."""
        config: dict[str, Any] = {
            key: dict(value) if isinstance(value, dict) else value for key, value in self.config.items()
        }
        for name, value in self.cleaned_data.items():
            part, _separator, key = name.rpartition(SEPARATOR)
            holder = config.setdefault(part, {}) if part else config
            holder.pop(key, None)
            if value not in (None, "", [], {}):
                holder[key] = value
        return {key: value for key, value in config.items() if value != {}}


def _column(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"data-column": "yes", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


def _sql(label: Any, *, rows: int, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "mono", "spellcheck": "false"})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


class SourceForm(PartForm):
    source__table = forms.CharField(
        label=_("Table"),
        required=False,
        widget=forms.TextInput(attrs={"list": "known-tables", "autocomplete": "off"}),
    )
    source__query = _sql(
        _("Or a query"), rows=3, help_text=_("A SELECT, if what you need stands in several tables.")
    )
    source__key = _column(_("Key column"), required=True, help_text=_("Its value names a row for ever."))
    notice__kind = forms.ChoiceField(
        label=_("How new rows are noticed"),
        choices=[
            ("status", _("By a status: a value means open")),
            ("watermark", _("By a column that only grows, such as a time or number")),
            ("claim", _("By claiming them: we write into a column")),
        ],
    )
    notice__column = _column(_("Column to look at"), required=True)
    notice__open = forms.CharField(
        label=_("Value that means open"), required=False, help_text=_("For a claim: empty means NULL.")
    )
    notice__claimed = forms.CharField(label=_("Value that means claimed"), required=False)
    notice__table = forms.CharField(
        label=_("Table to claim in"), required=False, help_text=_("Only if rows come from a query.")
    )
    notice__overlap = forms.IntegerField(
        label=_("Overlap"),
        required=False,
        min_value=0,
        help_text=_("Seconds (or numbers) of a growing column to read again, for rows committed late."),
    )
    time_zone = forms.CharField(label=_("Time zone of their times"), initial="Asia/Shanghai")
    encoding = forms.ChoiceField(
        label=_("Text"),
        required=False,
        choices=[("", _("As their database says")), (GBK_IN_LATIN_1, _("Chinese as GBK in latin-1 columns"))],
    )


class ColumnsForm(PartForm):
    columns__title = _column(
        _("Title"), required=True, help_text=_("A column, or a template: {document} {number}")
    )
    columns__approver = _column(_("Approver"), required=True)
    columns__approver_by = forms.ChoiceField(
        label=_("The approver's column holds"),
        choices=[("role", _("a role")), ("user_id", _("a user id")), ("number", _("a phone number"))],
    )
    columns__applicant = _column(_("Applicant"))
    columns__amount = _column(_("Amount"))
    columns__currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Empty: the company's own.")
    )
    columns__currency_column = _column(_("Or the currency's column"))
    columns__appeared_at = _column(_("Since when"))
    columns__details = forms.CharField(
        label=_("Details"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "placeholder": "Reason = reason"}),
        help_text=_("One a line: label = column."),
    )

    def clean_columns__details(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["columns__details"].splitlines() if line.strip()]
        pairs = [line.rpartition("=") for line in lines]
        if not all(label.strip() and column.strip() for label, _equals, column in pairs):
            raise forms.ValidationError(_("Write each line like: Reason = reason"))
        return {label.strip(): column.strip() for label, _equals, column in pairs}


class WriteBackForm(PartForm):
    write_back__statements = _sql(
        _("SQL statements"),
        rows=6,
        required=True,
        help_text=_(
            "An empty line between two. "
            "Known are :key :verdict :comment :approver_user_id :approver_number :decided_at"
        ),
    )
    write_back__verdicts__approved = forms.CharField(label=_("Their word for approved"))
    write_back__verdicts__rejected = forms.CharField(label=_("Their word for rejected"))
    write_back__check = _sql(
        _("How a written verdict is recognised"),
        rows=2,
        help_text=_(
            "A SELECT that finds a row if :verdict stands. "
            "Needed unless a table has a status or claim column."
        ),
    )

    def clean_write_back__statements(self) -> list[str]:
        text = self.cleaned_data["write_back__statements"].replace("\r\n", "\n")
        return [part.strip() for part in text.split("\n\n") if part.strip()]

    def changed(self) -> dict[str, Any]:
        config = {key: value for key, value in self.config.items() if key != "write_back"}
        given = {key.removeprefix("write_back__"): value for key, value in self.cleaned_data.items()}
        kept = {"rows": self.config.get("write_back", {}).get("rows", 1)}
        verdicts = {verdict: given[f"verdicts__{verdict}"] for verdict in ("approved", "rejected")}
        write_back = kept | {"statements": given["statements"], "verdicts": verdicts}
        return config | {"write_back": write_back | ({"check": given["check"]} if given["check"] else {})}


class DirectoryForm(PartForm):
    directory__departments = _sql(
        _("Departments"), rows=3, help_text=_("Columns in this order: id, name, parent.")
    )
    directory__users = _sql(
        _("People"), rows=4, help_text=_("Columns in this order: user id, name, phone number, department id.")
    )
    directory__roles = _sql(_("Roles"), rows=3, help_text=_("Columns in this order: user id, role."))


def _flat(config: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for part, value in config.items():
        if not isinstance(value, Mapping):
            flat[part] = value
            continue
        for key, inner in value.items():
            flat[f"{part}{SEPARATOR}{key}"] = _text(key, inner)
            if key == "verdicts":
                flat |= {
                    f"{part}{SEPARATOR}{key}{SEPARATOR}{verdict}": word for verdict, word in inner.items()
                }
    return flat


def _text(key: str, value: Any) -> Any:
    if key == "details":
        return "\n".join(f"{label} = {column}" for label, column in dict(value).items())
    return "\n\n".join(value) if key == "statements" else value
