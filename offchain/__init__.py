"""Nodes of an open compute market for video: tickets, gateway, orchestrator, redeemer, transcoder."""
