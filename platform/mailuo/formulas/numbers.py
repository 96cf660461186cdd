"""Numbers: exact decimals, each result rounded once, half away from zero, to ten places; outside the range it is blank."""

from decimal import ROUND_HALF_UP, Context, Decimal

PLACES = 10
DIGITS = 15
LIMIT = Decimal(10) ** DIGITS
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_ZERO = Decimal(0)
_UNIT = Decimal(1).scaleb(-PLACES)
_SCALE = 10**PLACES
_WIDTH = DIGITS + PLACES
_OFFSET = 10**_WIDTH


def rounded(value: Decimal) -> Decimal | None:
    """The number rounded half away from zero to ten places; None outside the range."""
    if not value:
        return _ZERO
    if value.adjusted() > DIGITS:
        return None
    exponent = value.as_tuple().exponent
    found = value.quantize(_UNIT, context=EXACT) if isinstance(exponent, int) and exponent < -PLACES else value
    return found if abs(found) < LIMIT else None


def ratio(above: int, below: int) -> Decimal | None:
    """The quotient of two whole numbers, the second positive, rounded as every result."""
    whole, rest = divmod(abs(above) * _SCALE, below)
    found = Decimal(whole + (2 * rest >= below)).scaleb(-PLACES, EXACT)
    return rounded(-found if above < 0 else found)


def trimmed(value: Decimal) -> Decimal:
    """The same number without superfluous zeros; whole ones keep those before the point."""
    found = value.normalize(EXACT)
    exponent = found.as_tuple().exponent
    return found.quantize(Decimal(1), context=EXACT) + 0 if isinstance(exponent, int) and exponent > 0 else found + 0


def plain(value: Decimal) -> str:
    """The shortest plain text of a number: no exponent, no superfluous zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def sortable(value: Decimal) -> str:
    """A text that sorts as the number does, and is equal only for equal numbers."""
    scaled = int(EXACT.multiply(value, Decimal(_SCALE)))
    text = f"1{scaled:0{_WIDTH}d}" if scaled >= 0 else f"0{_OFFSET + scaled:0{_WIDTH}d}"
    return text.rstrip("0") if scaled >= 0 else text.rstrip("0") or "0"


def of_sortable(text: str) -> Decimal:
    """The number of such a text."""
    digits = text[1:].ljust(DIGITS, "0")
    value = Decimal(f"{digits[:DIGITS]}.{digits[DIGITS:]}" if len(digits) > DIGITS else digits)
    return value if text[0] == "1" else EXACT.subtract(value, LIMIT)
