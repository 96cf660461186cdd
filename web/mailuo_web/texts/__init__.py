"""What the pages say, in both languages: one table each, the same keys in both."""

from mailuo_web.texts.say import Say

__all__ = ["Say"]
