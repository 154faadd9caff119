"""Capabilities to and from their message (facts: offchain 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from offchain.tickets.bounds import UINT32_BITS, uint
from offchain.wire import lp_rpc_pb2 as pb
from offchain.wire.capabilities import Capabilities, ModelConstraint
from offchain.wire.fields import at_most, between, text
from offchain.wire.limits import MAX_CAPABILITIES, MAX_MODELS, MAX_NAME_BYTES

__all__ = ["capabilities_from_wire", "capabilities_to_wire"]

WORD_BITS = 64
WORD_MASK = 2**WORD_BITS - 1
MAX_WORDS = MAX_CAPABILITIES // WORD_BITS


def capabilities_to_wire(capabilities: Capabilities) -> pb.Capabilities:
    """The message of a set of capabilities.

    Raises:
        FieldRangeError: a capability number or a capacity is out of range.
    """
    message = pb.Capabilities(
        bitstring=_words(capabilities.bits),
        mandatories=_words(capabilities.mandatory),
        version=text("version", capabilities.version, MAX_NAME_BYTES),
    )
    for number, capacity in capabilities.capacities.items():
        between("capability", number, 0, MAX_CAPABILITIES - 1)
        message.capacities[number] = uint("capacity", capacity, UINT32_BITS)
    message.constraints.minVersion = text("min_version", capabilities.min_version, MAX_NAME_BYTES)
    for number, models in capabilities.constraints.items():
        between("capability", number, 0, MAX_CAPABILITIES - 1)
        between("number of models", len(models), 0, MAX_MODELS)
        # Reading the entry makes it, also for a capability without models.
        entry = message.constraints.PerCapability[number]
        for name, model in models.items():
            entry.models[text("model", name, MAX_NAME_BYTES)].CopyFrom(_model_to_wire(model))
    return message


def capabilities_from_wire(message: pb.Capabilities) -> Capabilities:
    """The set of capabilities of a message; capacities of one are assumed where none are given.

    Raises:
        MessageError, FieldRangeError: a number, a text or a table is too large.
    """
    at_most("capacities", message.capacities, MAX_CAPABILITIES)
    at_most("constraints", message.constraints.PerCapability, MAX_CAPABILITIES)
    for number in (*message.capacities, *message.constraints.PerCapability):
        between("capability", number, 0, MAX_CAPABILITIES - 1)
    bits = _bits(message.bitstring)
    capacities = dict(message.capacities) or dict.fromkeys(Capabilities(bits), 1)
    return Capabilities(
        bits=bits,
        mandatory=_bits(message.mandatories),
        capacities=capacities,
        version=text("version", message.version, MAX_NAME_BYTES),
        min_version=text("min_version", message.constraints.minVersion, MAX_NAME_BYTES),
        constraints={number: dict(_models(entry)) for number, entry in message.constraints.PerCapability.items()},
    )


def _models(entry: pb.Capabilities.CapabilityConstraints) -> Iterable[tuple[str, ModelConstraint]]:
    at_most("models", entry.models, MAX_MODELS)
    for name, model in entry.models.items():
        runner_version = text("runner version", model.runnerVersion, MAX_NAME_BYTES)
        constraint = ModelConstraint(model.warm, model.capacity, runner_version, model.capacityInUse)
        yield text("model", name, MAX_NAME_BYTES), constraint


def _model_to_wire(model: ModelConstraint) -> pb.Capabilities.ModelConstraint:
    return pb.Capabilities.ModelConstraint(
        warm=model.warm,
        capacity=uint("capacity", model.capacity, UINT32_BITS),
        runnerVersion=text("runner version", model.runner_version, MAX_NAME_BYTES),
        capacityInUse=uint("capacity in use", model.capacity_in_use, UINT32_BITS),
    )


def _words(bits: int) -> list[int]:
    """The bits as words of 64, lowest first, without zero words at the end."""
    uint("capabilities", bits, MAX_CAPABILITIES)
    return [bits >> shift & WORD_MASK for shift in range(0, bits.bit_length(), WORD_BITS)]


def _bits(words: Sequence[int]) -> int:
    at_most("words of capabilities", words, MAX_WORDS)
    return sum(word << WORD_BITS * index for index, word in enumerate(words))
