"""Ground truth and boxes from files: the three forms read alike, and nothing a file holds brings the reader down."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnstudio.detection import read_coco_results, read_coco_truth, read_truth
from cnnstudio.detection.from_files import as_candidates, from_coco_results, from_yolo_text, read_boxes, read_labels
from cnnstudio.detection.truth import category_ids, picture_ids
from cnnstudio.detection.truth_files import read_voc
from cnnstudio.errors import StudioError

VOC = """<?xml version="1.0"?>
<annotation><folder>x</folder><filename>street.jpg</filename>
 <size><width>200</width><height>100</height><depth>3</depth></size>
 <object><name>car</name><difficult>0</difficult>
  <bndbox><xmin>11</xmin><ymin>21</ymin><xmax>50</xmax><ymax>60</ymax></bndbox>
  <part><name>wheel</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part></object>
 <object><name>person</name><difficult>1</difficult>
  <bndbox><ymin>1</ymin><xmin>1</xmin><ymax>100</ymax><xmax>20</xmax></bndbox></object>
</annotation>"""
COCO = {
    "images": [{"id": 7, "file_name": "street.jpg", "width": 200, "height": 100}],
    "categories": [{"id": 3, "name": "car"}, {"id": 1, "name": "person"}],
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 40, 40], "area": 1600, "iscrowd": 0},
        {"id": 2, "image_id": 7, "category_id": 1, "bbox": [0, 0, 20, 100], "area": 2000, "iscrowd": 1},
    ],
}
YOLO = "0 0.15 0.4 0.2 0.4\n\n1 0.05 0.5 0.1 1.0\n"
NAMES = ("car", "person")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["images", "annotations", "categories", "id", "image_id", "category_id", "bbox", "score", "box",
                         "file_name", "width", "height", "area", "iscrowd", "name", "class_id"]),
        inner, max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return path


def test_the_three_forms_of_one_street_are_read_alike(tmp_path) -> None:
    coco = read_truth(put(tmp_path, "truth.json", COCO))
    voc = read_truth(put(tmp_path / "voc", "street.xml", VOC).parent)
    folder = put(tmp_path / "yolo", "street.txt", YOLO).parent
    put(folder, "classes.txt", "car\nperson\n")
    Image.new("RGB", (200, 100)).save(folder / "street.jpg")
    yolo = read_truth(folder)
    for truth in (coco, voc, yolo):
        assert [(each.name, each.width, each.height) for each in truth.pictures] == [("street.jpg", 200, 100)]
        assert truth.boxes == pytest.approx(np.array([[10, 20, 40, 40], [0, 0, 20, 100]]))
        assert [truth.categories[each] for each in truth.category.tolist()] == ["car", "person"]
        assert truth.area == pytest.approx([1600, 2000])
    assert coco.crowd.tolist() == [False, True]
    assert voc.difficult.tolist() == [False, True]
    assert not yolo.crowd.any()


def test_yolo_text_is_relative_to_the_picture_as_it_is_shown(tmp_path) -> None:
    put(tmp_path / "labels", "street.txt", YOLO)
    (tmp_path / "images").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (100, 200)).save(tmp_path / "images" / "street.jpg", exif=exif)
    truth = read_truth(tmp_path / "labels", labels=NAMES)
    assert (truth.pictures[0].width, truth.pictures[0].height) == (200, 100)
    assert truth.boxes[0] == pytest.approx([10, 20, 40, 40])


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused_in_a_line(tmp_path_factory, value) -> None:
    path = put(tmp_path_factory.mktemp("fuzz"), "any.json", value)
    for read in (read_coco_truth, read_coco_results, read_boxes):
        try:
            read(path)
        except StudioError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_data_set_is_read_or_refused_in_a_line(tmp_path_factory, data) -> None:
    value = json.loads(json.dumps(COCO))
    table = data.draw(st.sampled_from(["images", "annotations", "categories"]))
    row = data.draw(st.sampled_from(value[table]))
    key = data.draw(st.sampled_from(sorted(row)))
    row[key] = data.draw(JSON)
    path = put(tmp_path_factory.mktemp("fuzz"), "truth.json", value)
    try:
        truth = read_coco_truth(path)
    except StudioError as error:
        assert str(path) in str(error)
    else:
        assert np.isfinite(truth.boxes).all()
        assert (truth.boxes[:, 2:] >= 0).all()


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_as_xml_or_text_or_json_are_read_or_refused_in_a_line(tmp_path_factory, data) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.xml"
    path.write_bytes(data)
    for read in (read_voc, read_coco_truth, lambda each: from_yolo_text(each, NAMES, 200, 100)):
        try:
            read(path)
        except StudioError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-2, 3).map(str) | st.floats().map(str) | st.text(max_size=3), max_size=7)))
def test_any_lines_as_yolo_text_give_finite_boxes_or_a_line_number(tmp_path_factory, lines) -> None:
    path = put(tmp_path_factory.mktemp("fuzz"), "any.txt", "\n".join(" ".join(line) for line in lines))
    try:
        made = from_yolo_text(path, NAMES, 200, 100)
    except StudioError as error:
        assert "line" in str(error) or "UTF-8" in str(error)
    else:
        assert np.isfinite(made.boxes).all()


@settings(deadline=None)
@given(st.lists(st.sampled_from([
    "<annotation>", "</annotation>", "<object>", "</object>", "<name>car</name>", "<bndbox>", "</bndbox>",
    "<xmin>1</xmin>", "<xmin>nan</xmin>", "<ymin>2</ymin>", "<xmax>9</xmax>", "<ymax>8</ymax>", "<ymax>1e999</ymax>",
    "<size>", "</size>", "<width>5</width>", "<width>-1</width>", "<part>", "</part>", "&lt;", "&amp;", "<!-- x -->",
])))  # fmt: skip
def test_any_order_of_elements_is_read_or_refused_in_a_line(tmp_path_factory, parts) -> None:
    path = put(tmp_path_factory.mktemp("fuzz"), "any.xml", "<annotation>" + "".join(parts) + "</annotation>")
    try:
        _, marked = read_voc(path)
    except StudioError as error:
        assert str(path) in str(error)
    else:
        assert all(math.isfinite(value) for each in marked for value in each.box)


BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><annotation><filename>&c;</filename></annotation>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><annotation><filename>&f;</filename></annotation>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_documents_that_define_entities_are_refused_before_they_are_expanded(tmp_path, text) -> None:
    with pytest.raises(StudioError, match="defines entities"):
        read_voc(put(tmp_path, "bomb.xml", text))


def test_xml_without_end_is_refused(tmp_path) -> None:
    with pytest.raises(StudioError, match="nested too deeply"):
        read_voc(put(tmp_path, "deep.xml", "<a>" * 100_000))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.json", [1, 2], "no ground truth"),
        ("t.json", {**COCO, "images": []}, "image 7, which is not in the list"),
        ("t.json", {**COCO, "categories": []}, "category 3, which is not in the list"),
        ("t.json", {**COCO, "images": COCO["images"] * 2}, "two images have the same id"),
        ("t.json", {**COCO, "annotations": [{"image_id": 7, "category_id": 3, "bbox": [1, 2, -3, 4]}]}, "negative"),
        ("t.json", '{"images": [], "annotations": [{"image_id": 7, "category_id": 3, "bbox": [NaN, 2, 3, 4]}], '
                   '"categories": []}', "not in the list|finite"),
        ("t.json", "{", "no JSON"),
        ("t.xml", VOC.replace("<xmax>50</xmax>", "<xmax>5</xmax>"), "wrong order"),
        ("t.xml", VOC.replace("<xmax>50</xmax>", ""), "xmax"),
        ("t.xml", VOC.replace("<name>car</name>", ""), "no name"),
        ("t.xml", "<annotation>", "no XML"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told(tmp_path, name, text, words) -> None:
    path = put(tmp_path, name, text)
    with pytest.raises(StudioError, match=words):
        read_truth(path)


@pytest.mark.parametrize(
    ("line", "words"),
    [("0 0.5 0.5 0.1", "4 numbers"), ("2 0.5 0.5 0.1 0.1", "2 classes"), ("0.5 0.5 0.5 0.1 0.1", "class 0.5"),
     ("0 0.5 0.5 -0.1 0.1", "negative"), ("0 nan 0.5 0.1 0.1", "finite"), ("0 50 50 10 10", "not relative")],
)  # fmt: skip
def test_what_is_wrong_with_a_line_of_yolo_text_is_told(tmp_path, line, words) -> None:
    with pytest.raises(StudioError, match=f"line 2.*{words}"):
        from_yolo_text(put(tmp_path, "a.txt", f"0 0.5 0.5 0.1 0.1\n{line}\n"), NAMES, 200, 100)


def test_folders_without_what_is_needed_are_refused(tmp_path) -> None:
    with pytest.raises(StudioError, match="does not exist"):
        read_truth(tmp_path / "none")
    with pytest.raises(StudioError, match="neither"):
        read_truth(tmp_path)
    put(tmp_path, "street.txt", YOLO)
    with pytest.raises(StudioError, match=r"no classes\.txt"):
        read_truth(tmp_path)
    with pytest.raises(StudioError, match="has no picture street"):
        read_truth(tmp_path, labels=NAMES)


def test_boxes_of_another_tool_become_candidates(tmp_path) -> None:
    truth = read_coco_truth(put(tmp_path, "truth.json", COCO))
    rows = [{"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.25}]
    results = put(tmp_path, "results.json", rows)
    one = from_coco_results(results, "/photos/STREET.JPG", truth, 200, 100)
    assert one.boxes.tolist() == [[1, 2, 4, 6]]
    assert one.labels[one.class_ids[0]] == "person"
    text = from_yolo_text(put(tmp_path, "street.txt", "1 0.5 0.5 0.1 0.2 0.75\n"), NAMES, 200, 100)
    assert text.boxes == pytest.approx(np.array([[90, 40, 110, 60]]))
    assert text.scores.tolist() == [0.75]
    given_ = read_boxes(put(tmp_path, "boxes.json", [{"box": [0, 0, 1, 1], "score": 0.5, "class_id": -4}]))
    assert as_candidates(given_).labels == ("-4",)
    with pytest.raises(StudioError, match="has no picture named"):
        from_coco_results(results, "other.jpg", truth, 200, 100)


def test_pictures_and_classes_meet_by_name_or_not_at_all(tmp_path) -> None:
    truth = read_coco_truth(put(tmp_path, "truth.json", COCO))
    assert picture_ids(["a/street.png"], truth) == [7]
    assert category_ids(("dog", "Person"), truth) == {1: 1}
    with pytest.raises(StudioError, match="none of the detector's classes"):
        category_ids(("dog",), truth)


def test_an_empty_list_of_classes_is_refused(tmp_path) -> None:
    assert read_labels(put(tmp_path, "names.txt", "a\nb\n")) == ("a", "b")
    with pytest.raises(StudioError, match="0 classes"):
        read_labels(put(tmp_path, "none.txt", ""))
