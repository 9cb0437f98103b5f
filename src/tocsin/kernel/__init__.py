"""Pure words that every part of Tocsin speaks: no Django, no clock, no network, nothing of ours imported."""
