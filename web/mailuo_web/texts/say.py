"""Saying a text of the catalogue in the reader's language."""

from mailuo.base.problems import Language
from mailuo.base.wording import filled
from mailuo_web.texts.en import EN, SCRIPT_EN
from mailuo_web.texts.en_desks import DESKS_EN, DESKS_SCRIPT_EN
from mailuo_web.texts.en_runs import RUNS_EN, RUNS_SCRIPT_EN
from mailuo_web.texts.en_tables import TABLES_EN, TABLES_SCRIPT_EN
from mailuo_web.texts.zh import SCRIPT_ZH, ZH
from mailuo_web.texts.zh_desks import DESKS_SCRIPT_ZH, DESKS_ZH
from mailuo_web.texts.zh_runs import RUNS_SCRIPT_ZH, RUNS_ZH
from mailuo_web.texts.zh_tables import TABLES_SCRIPT_ZH, TABLES_ZH

CATALOGUES = {"zh": {**ZH, **TABLES_ZH, **DESKS_ZH, **RUNS_ZH}, "en": {**EN, **TABLES_EN, **DESKS_EN, **RUNS_EN}}
SCRIPTS = {
    "zh": {**SCRIPT_ZH, **TABLES_SCRIPT_ZH, **DESKS_SCRIPT_ZH, **RUNS_SCRIPT_ZH},
    "en": {**SCRIPT_EN, **TABLES_SCRIPT_EN, **DESKS_SCRIPT_EN, **RUNS_SCRIPT_EN},
}


class Say:
    """The catalogue of one language; calling it with a key gives the text with its gaps filled."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = CATALOGUES[language]

    def __call__(self, key: str, /, **values: object) -> str:
        return filled(self._texts[key], values)

    def title(self, key: str, otherwise: str) -> str:
        """The text of a key that may be missing."""
        return self._texts.get(key, otherwise)

    @property
    def script_texts(self) -> dict[str, str]:
        """What the page's scripts say."""
        return dict(SCRIPTS[self.language])
