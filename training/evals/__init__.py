"""Evaluation of clips from pixels and samples: every metric beside its value on renders and on a corruption that it must see."""
