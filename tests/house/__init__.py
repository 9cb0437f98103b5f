"""Rules about the source itself: a lesson learnt twice becomes a test here."""
