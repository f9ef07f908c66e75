import json

import pytest

from hammerscale.errors import InputError, StoreError
from hammerscale.study.tables.evaluations import read_evaluations
from tests.study.tables.evaluation_files import document, errors, write


def test_evaluations_are_sorted_by_surrogate_size_and_seed(tmp_path):
    families = {"cavity": errors(0.1, 0.2)}
    wanted = [("gru", 5, 0), ("rno", 5, 1), ("rno", 10, 0), ("rno", 10, 2)]
    files = write(tmp_path, *(document(*key, families=families) for key in reversed(wanted)))
    assert [(one.surrogate, one.train_paths, one.seed) for one in read_evaluations(files)] == wanted


def test_errors_are_told_by_family(tmp_path):
    families = {"cavity": errors(0.1, 0.2), "uniaxial": errors(0.3, 0.4)}
    (one,) = read_evaluations(write(tmp_path, document(families=families)))
    assert one.families == ("cavity", "uniaxial")
    assert one.of_family("uniaxial")["deviatoric"] == 0.4
    assert one.of_family("all")["total"] == 0.1
    assert one.pressure_only("cavity") == {}


@pytest.mark.parametrize("content", [{}, {"trained": {}}, {"trained": 1}])
def test_another_document_is_refused_by_name(tmp_path, content):
    (file,) = write(tmp_path, content)
    with pytest.raises(InputError, match=r"0\.json is no table of errors"):
        read_evaluations([file])


def test_a_table_of_an_earlier_version_without_a_seal_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "old.json").write_text(json.dumps(document(families={"cavity": errors(0.1, 0.2)})))
    with pytest.raises(StoreError, match=r"old\.json is damaged(.|\n)*run the campaign again"):
        read_evaluations([tmp_path / "old.json"])
