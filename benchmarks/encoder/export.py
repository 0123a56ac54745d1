"""Writes a taught network as encoder.onnx, its weights as whole numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

SIZE, HEADS = 384, 12
_EPSILON = 1e-12

Weights = Mapping[str, NDArray[np.float32]]


class _Graph:
    """Nodes and constants as they are added; each is named after its place in the network."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def linear(self, x: str, name: str, weights: Weights, scale: NDArray[np.float32] | float = 1.0) -> str:
        """x W + b; torch keeps W transposed. scale: by output, folded in."""
        matrix = self.constant(f"{name}.w", (weights[f"{name}.weight"].T * scale).astype(np.float32))
        bias = self.constant(f"{name}.b", (weights[f"{name}.bias"] * scale).astype(np.float32))
        return self.add("Add", [self.add("MatMul", [x, matrix], f"{name}.product"), bias], f"{name}.sum")

    def normal(self, x: str, name: str, weights: Weights) -> str:
        both = [self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.add("LayerNormalization", [x, *both], f"{name}.normal", axis=-1, epsilon=_EPSILON)


def export(weights: Weights, layers: int, columns: int, path: Path) -> None:
    """weights: as of network.Network, by torch's names. One text a run: no mask, no padding."""
    graph = _Graph()
    places = graph.constant("places", weights["places"][None])
    ends = graph.constant("to", np.array([1], dtype=np.int64))
    length = graph.add(
        "Slice", [graph.add("Shape", ["embedded"], "shape"), ends, graph.constant("two", np.array([2]))], "length"
    )
    start, axis = graph.constant("start", np.array([0])), graph.constant("axis", np.array([1]))
    placed = graph.add("Add", ["embedded", graph.add("Slice", [places, start, length, axis], "here")], "placed")
    x = graph.normal(placed, "normal", weights)
    graph.constant("parts", np.array([0, 0, 3, HEADS, SIZE // HEADS]))
    graph.constant("whole", np.array([0, 0, SIZE]))
    for at, name in enumerate("qkv"):
        graph.constant(name, np.array(at))
    for layer in range(layers):
        x = _layer(graph, x, f"layers.{layer}", weights)
    graph.linear(x, "head", weights)
    graph.nodes[-1].output[0] = "table"
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, [1, "pieces", SIZE])],
        [helper.make_tensor_value_info("table", TensorProto.FLOAT, [1, "pieces", columns])],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        onnx.save(model, whole)
        # 7 bits a weight: sums of 8-bit products overflow on processors without VNNI
        quantize_dynamic(
            whole,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=["head.product"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


def _layer(graph: _Graph, x: str, name: str, weights: Weights) -> str:
    scale = np.ones(3 * SIZE, dtype=np.float32)
    scale[:SIZE] = (SIZE // HEADS) ** -0.5
    parts = graph.add("Reshape", [graph.linear(x, f"{name}.qkv", weights, scale), "parts"], f"{name}.parts")
    parts = graph.add("Transpose", [parts], f"{name}.turned", perm=[2, 0, 3, 1, 4])
    q, k, v = (graph.add("Gather", [parts, which], f"{name}.{which}", axis=0) for which in "qkv")
    keys = graph.add("Transpose", [k], f"{name}.keys", perm=[0, 1, 3, 2])
    shares = graph.add("Softmax", [graph.add("MatMul", [q, keys], f"{name}.scores")], f"{name}.shares", axis=-1)
    seen = graph.add("Transpose", [graph.add("MatMul", [shares, v], f"{name}.seen")], f"{name}.back", perm=[0, 2, 1, 3])
    seen = graph.add("Reshape", [seen, "whole"], f"{name}.whole")
    x = graph.normal(
        graph.add("Add", [x, graph.linear(seen, f"{name}.out", weights)], f"{name}.a"), f"{name}.after", weights
    )
    wide = graph.add("Gelu", [graph.linear(x, f"{name}.wide", weights)], f"{name}.gelu", approximate="tanh")
    narrow = graph.linear(wide, f"{name}.narrow", weights)
    return graph.normal(graph.add("Add", [x, narrow], f"{name}.b"), f"{name}.last", weights)
