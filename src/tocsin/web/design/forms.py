"""Sample forms of the design page."""

from django import forms

from tocsin.web.design.samples import LONG_WORD, say


class SampleForm(forms.Form):
    """Hold one field of each shape. Labels are set when made, for they depend on the reader's language."""

    name = forms.CharField()
    reason = forms.CharField(widget=forms.Textarea, required=False)
    sector = forms.ChoiceField()
    until = forms.DateField()
    report = forms.FileField(required=False)
    language = forms.ChoiceField(widget=forms.RadioSelect)
    tell = forms.BooleanField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        label = {
            "name": say("Organisation", "单位名称"),
            "reason": say("Reason", "理由"),
            "sector": say("Sector", "行业"),
            "until": say("Fixed by", "完成日期"),
            "report": say("Report", "报告文件"),
            "language": say("Language of its letters", "通报语言"),
            "tell": say("Tell the other contacts too", "同时通知其他联系人"),
        }
        for name, text in label.items():
            self.fields[name].label = text
        # As text, so that a value no date field would hold can show its error.
        self.fields["until"].help_text = say("Day, as 2026-11-30.", "日期，如 2026-11-30。")
        self.fields["name"].help_text = say("As it is registered.", "以登记名称为准。")
        self.fields["tell"].help_text = say("Two more people get a copy.", "另有两人收到抄送。")
        sector = self.fields["sector"]
        language = self.fields["language"]
        assert isinstance(sector, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        sector.choices = [("health", say("Health", "卫生健康")), ("water", say("Water", "供水")), ("long", LONG_WORD)]
        language.choices = [("zh-hans", "中文"), ("en", "English")]


class SampleFilter(forms.Form):
    """Hold what a list may be filtered by."""

    severity = forms.ChoiceField(required=False)
    owner = forms.CharField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        self.fields["severity"].label = say("Severity", "危害等级")
        self.fields["owner"].label = say("Organisation", "单位")
        severity = self.fields["severity"]
        assert isinstance(severity, forms.ChoiceField)
        severity.choices = [
            ("", say("any", "不限")),
            ("critical", say("critical", "严重")),
            ("high", say("high", "高危")),
        ]
