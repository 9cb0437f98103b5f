"""Notices for programs: every list, every notice, rounds before and when they go out, answers."""

from tocsin.notices.api.operations import router

__all__ = ["router"]
