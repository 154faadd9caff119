"""What docs/proof.md shows of a campaign is what docs/proof/campaign.json says."""

from __future__ import annotations

import json

import pytest

from tests.campaign import publish as publishing
from tests.campaign.bad_input import BadInputError
from tests.campaign.publish import PAGE, PUBLISHED, SECTION, proof_section, publish, published_pictures
from tests.support.pages import section

WORST = {"BOND-23": {"wei": 1.5, "history": 3}}
MACHINE = {"histories": 2, "calls": 2_001, "refusals": 600, "calls_a_second_and_core": 2_500, "actions": {"bond": {}}}
MACHINE |= {"pairs_seen": 1, "pairs_possible": 1, "roundings": WORST}
FACTS = {
    "seed": "word",
    "calls": 2_001,
    "histories": 2,
    "seconds": 61.0,
    "date": "2026-11-20",
    "cores": 2,
    "processor": "a processor",
    "how": {"jobs": 2},
    "calls_a_second_and_core": 2_500,
    "command": "make campaign SEED=word CALLS=2000 MACHINE=staking:1",
    "commit": "c" * 40,
    "digest": "d" * 64,
    "contracts": "e" * 64,
    "compiler": "solc 0.8.37",
    "complete": True,
    "failures": [],
    "by_machine": {"staking": MACHINE},
}


def test_the_page_shows_the_published_campaign():
    if PUBLISHED.exists():
        facts = json.loads(PUBLISHED.read_text("utf-8"))
        assert section(PAGE, SECTION) == proof_section(facts, published_pictures())


def test_a_campaign_is_published_whole(tmp_path, monkeypatch):
    page, published = tmp_path / "proof.md", tmp_path / "proof" / "campaign.json"
    page.write_text("before\n<!-- campaign -->\n<!-- end -->\nafter\n<!-- bugs -->\nother\n<!-- end -->\n")
    monkeypatch.setattr(publishing, "PAGE", page)
    monkeypatch.setattr(publishing, "PUBLISHED", published)
    (tmp_path / "report.json").write_text(json.dumps(FACTS))
    (tmp_path / "calls.png").write_bytes(b"picture")
    publish(tmp_path)
    text = page.read_text()
    assert json.loads(published.read_text()) == FACTS
    assert (tmp_path / "proof" / "campaign-calls.png").read_bytes() == b"picture"
    for said in ("2,001 calls in 2 histories", "`word`", "**nothing failed**", "1.5 wei (BOND-23)", "-calls.png"):
        assert said in text
    assert text.endswith("after\n<!-- bugs -->\nother\n<!-- end -->\n")


@pytest.mark.parametrize("change", [{"complete": False}, {"failures": [{"property": "BOND-05"}]}])
def test_half_a_campaign_or_a_failed_one_is_not_published(tmp_path, change):
    (tmp_path / "report.json").write_text(json.dumps(FACTS | change))
    with pytest.raises(BadInputError, match="played to its end"):
        publish(tmp_path)
