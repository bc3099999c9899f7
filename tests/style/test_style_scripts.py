# SPDX-License-Identifier: Apache-2.0
"""Tests of the scripts of style checks, on small trees with known answers."""

import tempfile
import unittest
from pathlib import Path

import figures
import layers
import tidy


def tree_of(files):
    """A folder with a library of these files: {path: included names or text}."""
    folder = tempfile.TemporaryDirectory()
    for name in layers.PUBLIC:
        files.setdefault(f"include/demask/{name}.hpp", [])
    for path, content in files.items():
        file = Path(folder.name, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str):
            content = "".join(f'#include "{name}"\n' for name in content)
        file.write_text(content, encoding="utf-8")
    return folder


def problems_of(files):
    with tree_of(files) as folder:
        return layers.find_problems(layers.read_tree(Path(folder)))


class Layers(unittest.TestCase):
    def assert_problem(self, files, *words):
        found = problems_of(files)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_downward_is_fine(self):
        self.assertEqual(problems_of({"src/stages/a.cpp": ["imaging/b.hpp", "demask/error.hpp"],
                                      "src/imaging/b.hpp": ["demask/geometry.hpp"],
                                      "src/runtime/c.cpp": "#include <torch/script.h>\n",
                                      "capi/d.cpp": ["demask/video_reconstructor.hpp"]}), [])

    def test_arrow_up(self):
        self.assert_problem({"src/imaging/a.cpp": ["stages/b.hpp"], "src/stages/b.hpp": []},
                            "imaging may not use stages", "src/stages/b.hpp")

    def test_arrow_up_through_public_headers(self):
        self.assert_problem({"src/imaging/a.hpp": ["demask/face_reconstructor.hpp"]},
                            "imaging may not use pipeline")
        self.assert_problem({"include/demask/image.hpp": "#include <demask/segmenter.hpp>\n"},
                            "core may not use stages")

    def test_circle_of_headers(self):
        found = problems_of({"src/core/a.hpp": ["core/b.hpp"], "src/core/b.hpp": ["core/c.hpp"],
                             "src/core/c.hpp": ["core/a.hpp"]})
        self.assertIn("circle of headers: src/core/a.hpp <-> src/core/b.hpp <-> src/core/c.hpp", found)

    def test_circle_of_sources(self):
        self.assert_problem({"capi/error.cpp": ["error.hpp", "log.hpp"], "capi/error.hpp": [],
                             "capi/log.cpp": ["log.hpp", "error.hpp"], "capi/log.hpp": []},
                            "circle of sources: capi/error <-> capi/log")

    def test_helpers_may_use_public_types(self):
        self.assertEqual(problems_of({
            "src/stages/segmenter.cpp": ["demask/segmenter.hpp", "stages/helper.hpp"],
            "src/stages/helper.hpp": ["demask/segmenter.hpp"]}), [])

    def test_dependencies_stay_inside(self):
        self.assert_problem({"src/stages/a.cpp": "#include <torch/script.h>\n"}, "LibTorch")
        self.assert_problem({"examples/a.cpp": "#  include <ATen/ATen.h>\n"}, "LibTorch")
        self.assert_problem({"include/demask/image.hpp": "#include <opencv2/core.hpp>\n"}, "OpenCV")
        self.assert_problem({"include/demask/opencv.hpp": "#include <Eigen/Core>\n"}, "Eigen")
        self.assertEqual(problems_of({"include/demask/opencv.hpp": "#include <opencv2/core.hpp>\n",
                                      "include/demask/eigen.hpp": "#include <Eigen/Core>\n"}), [])

    def test_comments_include_nothing(self):
        self.assertEqual(problems_of({"src/core/a.hpp": "// #include <torch/script.h>\n/*\n"
                                                        "#include \"video/b.hpp\"\n*/\n",
                                      "src/video/b.hpp": []}), [])

    def test_c_abi_uses_public_headers_only(self):
        self.assert_problem({"capi/a.cpp": ["core/b.hpp"], "src/core/b.hpp": []}, "public headers only")

    def test_training(self):
        self.assertEqual(problems_of({"training/learn/a.hpp": "#include <torch/torch.h>\n",
                                      "training/samples/b.cpp": ["learn/a.hpp"],
                                      "training/train/c.cpp": ["learn/a.hpp", "train/d.hpp"],
                                      "training/train/d.hpp": []}), [])
        self.assert_problem({"training/data/a.cpp": ["learn/b.hpp"], "training/learn/b.hpp": []},
                            "training/data may not use training/learn")
        self.assert_problem({"training/tune/a.cpp": ["train/b.hpp"], "training/train/b.hpp": []},
                            "training/tune may not use training/train")
        self.assert_problem({"training/data/a.cpp": "#include <torch/torch.h>\n"}, "LibTorch")

    def test_umbrella(self):
        umbrella = {layers.UMBRELLA: ["demask/video_reconstructor.hpp", "demask/image.hpp"]}
        self.assertEqual(problems_of(dict(umbrella)), [])
        self.assert_problem({**umbrella, "src/core/a.cpp": ["demask/demask.hpp"]}, "that it needs")

    def test_everything_has_a_layer(self):
        self.assert_problem({"include/demask/new.hpp": []}, "has no layer")
        self.assert_problem({"src/other/a.cpp": []}, "src/other is no layer")
        self.assert_problem({"src/video/segmenter.cpp": []}, "let both agree")

    def test_edges(self):
        with tree_of({"src/io/a.cpp": ["core/b.hpp", "demask/image.hpp"], "src/core/b.hpp": []}) as folder:
            self.assertEqual(layers.read_tree(Path(folder)).edges(), {("io", "core"): 2})


class Functions(unittest.TestCase):
    def functions(self, text):
        return [(function.name, function.line, function.lines) for function in
                figures.functions_of(text)]

    def test_free_functions(self):
        self.assertEqual(self.functions("namespace a {\nint f(int x) {\n  return x;\n}\n\n"
                                        "/// What it does.\ntemplate <class T>\nT g(\n    T x) {\n"
                                        "  if (x) {\n  }\n}\n}  // namespace a\n"),
                         [("f", 2, 3), ("g", 7, 6)])

    def test_members(self):
        self.assertEqual(
            self.functions("class A final : public B {\n public:\n  explicit A(int x)\n"
                           "      : x_(x), y_{x}, z_(with([&] { return f({x}); })) {\n    go();\n  }\n"
                           "  bool operator()(int x) const override { return x; }\n"
                           "  int x_ = 0;\n  std::array<int, 2> y_{1, 2};\n};\nA::~A() {\n}\n"),
            [("A", 3, 4), ("operator()", 7, 1), ("A::~A", 11, 2)])

    def test_what_is_not_a_function(self):
        self.assertEqual(self.functions("enum class E : int { a, b };\nconst int t[] = {1, 2};\n"
                                        "const auto f = [](int x) {\n  return x;\n};\n"
                                        "struct S {\n  int a{f(1)};\n};\n#define M(x) f(x) {\n"), [])

    def test_literals_hide_braces(self):
        self.assertEqual(self.functions("int f() {\n  g(\"}\", '}', R\"(}\n)\", 1'000);  // }\n"
                                        "  /* } */\n}\nint g() {\n}\n"), [("f", 1, 5), ("g", 6, 2)])

    def test_bounds(self):
        body = "  go();\n" * 39
        with tree_of({"src/core/a.cpp": f"void f() {{\n{body}}}\n",
                      "src/core/b.cpp": "int a;\n" * 401,
                      "src/core/c.cpp": f"void f() {{\n{body[9:]}}}\n" + "int a;\n" * 360}) as folder:
            found = figures.too_long(Path(folder))
        self.assertEqual(len(found), 2, found)
        self.assertIn("src/core/a.cpp:1: f has 41 lines", found[0])
        self.assertIn("src/core/b.cpp: 401 lines", found[1])


class Tidy(unittest.TestCase):
    def test_a_file_of_another_configuration_gets_a_neighbors_command(self):
        with tree_of({"src/io/a.cpp": [], "src/io/b.cpp": [], "src/core/c.cpp": []}) as folder:
            a, b = (str(Path(folder, f"src/io/{name}.cpp")) for name in "ab")
            compiled = {a: {"file": a, "directory": folder, "command": f"c++ -O3 -o a.o -c {a}"}}
            self.assertEqual(
                tidy.commands_of(Path(folder, "src"), compiled),
                {a: compiled[a],
                 b: {"file": b, "directory": folder, "command": f"c++ -O3 -o a.o -c {b}"}})


if __name__ == "__main__":
    unittest.main()
