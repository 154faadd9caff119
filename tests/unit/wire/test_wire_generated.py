"""The generated code against its source, and the source against the network's numbers."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from offchain.wire import lp_rpc_pb2 as pb

ROOT = Path(__file__).parents[3]

# Numbers that a mistake would be silent in, out of the tables of facts: offchain 3.2.
NUMBERS = {
    "OrchestratorInfo": "transcoder 1 ticket_params 2 price_info 3 address 4 capabilities 5 auth_token 6 hardware 7 "
    "storage 32 capabilities_prices 33 nodes 34",
    "SegData": "manifestId 1 seq 2 hash 3 profiles 4 sig 5 duration 6 capabilities 7 auth_token 8 "
    "calc_perceptual_hash 10 storage 32 fullProfiles 33 fullProfiles2 34 fullProfiles3 35 segment_parameters 37 "
    "ForceSessionReinit 38",
    "VideoProfile": "name 16 width 17 height 18 bitrate 19 fps 20 format 21 fpsDen 22 profile 23 gop 24 encoder 25 "
    "colorDepth 26 chromaFormat 27 quality 28",
    "TranscodeResult": "seq 1 error 2 data 3 info 16",
    "PaymentResult": "info 16",
    "NotifySegment": "url 1 segData 3 taskId 16 profiles 17 orchId 18",
    "TicketParams": "recipient 1 face_value 2 win_prob 3 recipient_rand_hash 4 seed 5 expiration_block 6 "
    "expiration_params 7",
    "Payment": "ticket_params 1 sender 2 expiration_params 3 ticket_sender_params 4 expected_price 5",
    "PriceInfo": "pricePerUnit 1 pixelsPerUnit 2 capability 3 constraint 4",
    "Capabilities": "bitstring 1 mandatories 2 capacities 3 version 4 constraints 5",
    "OSInfo": "storageType 1 s3info 16",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_fields_have_the_networks_numbers(name):
    words = NUMBERS[name].split()
    expected = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert {field.name: field.number for field in pb.DESCRIPTOR.message_types_by_name[name].fields} == expected


def test_messages_are_in_the_networks_package():
    assert pb.DESCRIPTOR.package == "net"
    assert sorted(pb.DESCRIPTOR.services_by_name) == ["AIWorker", "Orchestrator", "Transcoder"]


@pytest.mark.skipif(
    importlib.util.find_spec("grpc_tools") is None, reason="the protobuf compiler is a development tool"
)
def test_the_generated_code_is_what_its_source_gives():
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(
        [ROOT / "tools" / "proto.sh", "--check"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
