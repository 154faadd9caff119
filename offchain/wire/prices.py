"""Prices on the wire: a pair of int64, wei for so many pixels (facts: offchain 2.1)."""

from __future__ import annotations

from fractions import Fraction

from offchain.errors import FieldRangeError, MessageError
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.fields import INT64_MAX

__all__ = ["price_from_wire", "price_to_wire", "wire_price"]


def wire_price(price: Fraction) -> Fraction:
    """The price as the wire can carry it: itself, or rounded down to whole wei when the pair exceeds int64.

    An orchestrator that commits to a price takes it through here first, so that what it signs is what it sends.

    Raises:
        FieldRangeError: the price is negative, or 2**63 wei and more.
    """
    if price < 0:
        raise FieldRangeError("price", price, "zero or more")
    if max(price.numerator, price.denominator) > INT64_MAX:
        price = Fraction(price.numerator // price.denominator)
    if price.numerator > INT64_MAX:
        raise FieldRangeError("price", price, "below 2**63 wei per pixel")
    return price


def price_to_wire(price: Fraction) -> pb.PriceInfo:
    """The message of a price in wei per pixel, as the reduced pair.

    Raises:
        FieldRangeError: as `wire_price`.
    """
    price = wire_price(price)
    return pb.PriceInfo(pricePerUnit=price.numerator, pixelsPerUnit=price.denominator)


def price_from_wire(message: pb.PriceInfo) -> Fraction:
    """Wei per pixel.

    Raises:
        MessageError: negative, or for a number of pixels that is not positive.
    """
    if message.pixelsPerUnit <= 0:
        raise MessageError(f"invalid price: for {message.pixelsPerUnit} pixels")
    if message.pricePerUnit < 0:
        raise MessageError(f"invalid price: {message.pricePerUnit} wei")
    return Fraction(message.pricePerUnit, message.pixelsPerUnit)
